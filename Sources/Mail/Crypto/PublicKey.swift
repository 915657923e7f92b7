// A public key by OpenSSL, which takes RSA keys of any size, and what a signature says under it.

internal import COpenSSL
internal import Model

/// Verifies signatures. A handle of OpenSSL that ends with its owner.
final class PublicKey {
  private let key: OpaquePointer
  let type: KeySummary.KeyType

  /// Loads a SubjectPublicKeyInfo; nil where OpenSSL cannot.
  init?(info: [UInt8], type: KeySummary.KeyType) {
    let loaded = info.withUnsafeBufferPointer { buffer in
      var address = buffer.baseAddress
      return d2i_PUBKEY(nil, &address, buffer.count)
    }
    guard let loaded else {
      ERR_clear_error()
      return nil
    }
    guard EVP_PKEY_get_base_id(loaded) == (type == .rsa ? EVP_PKEY_RSA : EVP_PKEY_ED25519) else {
      EVP_PKEY_free(loaded)
      return nil
    }
    key = loaded
    self.type = type
  }

  deinit { EVP_PKEY_free(key) }

  /// Whether a signature belongs to a hash. Ed25519 signs the hash itself (RFC 8463, section 3).
  func verifies(_ signature: [UInt8], hash: [UInt8], _ algorithm: HashAlgorithm) -> Bool {
    defer { ERR_clear_error() }
    switch type {
    case .rsa:
      guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
      defer { EVP_PKEY_CTX_free(context) }
      guard EVP_PKEY_verify_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
        EVP_PKEY_CTX_set_signature_md(context, algorithm.method) == 1
      else { return false }
      return EVP_PKEY_verify(context, signature, signature.count, hash, hash.count) == 1
    case .ed25519:
      guard let context = EVP_MD_CTX_new() else { return false }
      defer { EVP_MD_CTX_free(context) }
      guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
      return EVP_DigestVerify(context, signature, signature.count, hash, hash.count) == 1
    }
  }

  /// The hash that an RSA signature was made over; nil where this key did not make it, or the key is Ed25519.
  ///
  /// RSA gives back what was signed: so it can be told whether the key is the wrong one or the message is, and variants
  /// of the message cost a hash each.
  func signedHash(in signature: [UInt8], _ algorithm: HashAlgorithm) -> [UInt8]? {
    guard type == .rsa, let context = EVP_PKEY_CTX_new(key, nil) else { return nil }
    defer {
      EVP_PKEY_CTX_free(context)
      ERR_clear_error()
    }
    var size = Int(EVP_PKEY_get_size(key))
    var info = [UInt8](repeating: 0, count: max(size, 1))
    guard EVP_PKEY_verify_recover_init(context) == 1,
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1,
      EVP_PKEY_verify_recover(context, &info, &size, signature, signature.count) == 1
    else { return nil }
    // A DigestInfo ends with the hash (RFC 8017, section 9.2).
    guard size > algorithm.size, size <= info.count else { return nil }
    return Array(info[(size - algorithm.size)..<size])
  }
}
