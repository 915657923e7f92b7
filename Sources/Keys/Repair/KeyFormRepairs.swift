// Repairs of the form of a key: the one that receivers load, and the `k=` that names it.

internal import Model
internal import Syntax

let keyRepairs: [KeyRepairRow] = [
  .value("rsa-form", "the RSA key is written as SubjectPublicKeyInfo") { value in
    let material = KeyMaterial(Base64Text(value, 0..<value.count).bytes)
    guard case .rsa(let key, let form) = material.content,
      form != .info(hasNullParameters: true) || material.trailing > 0, let info = Fingerprint.info(of: key)
    else { return [] }
    return [Array(info.base64.utf8)]
  },
  .value("ed25519-form", "the Ed25519 key is written as its 32 bytes") { value in
    guard case .ed25519Info(let key) = KeyMaterial(Base64Text(value, 0..<value.count).bytes).content else { return [] }
    return [Array(key.base64.utf8)]
  },
  .tags("key-type", "k= is set to the type of the key") { tags in
    guard let value = tags.value(.p), !value.isEmpty else { return false }
    let type: String
    switch KeyMaterial(Base64Text(value, 0..<value.count).bytes).content {
    case .rsa: type = "rsa"
    case .raw: type = "ed25519"
    default: return false
    }
    guard tags.value(.k) ?? Array("rsa".utf8) != Array(type.utf8) else { return false }
    tags.set(.k, to: Array(type.utf8))
    return true
  },
]
