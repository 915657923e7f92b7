// The tables of the keys of a watch and of a watch list.

internal import Model

/// The keys of a watch and of a watch list.
enum WatchKeys {
  static let domain = Key(
    "domain", Kind<DomainName>.name("a signing domain", KeyNameList.signingDomain).located, required: true,
    "The signing domain (`d=` of the signature); internationalized names are written as they are read.",
    examples: ["example.org", "bücher.example"])
  static let selectors = Key(
    "selectors",
    Kind<[Located<DomainName>]>.list(
      Kind<DomainName>.name("a selector", KeyNameList.selector).located, of: "selectors", atLeast: 1),
    "The selectors (`s=` of the signature); one watch each. May be absent where `rotation` names some.",
    examples: [["zendesk1", "zendesk2"], ["s2026.mail"]])
  static let file = Key(
    "file", Kind<String>.filledText("the path of a file").located, required: true,
    "The path of the list: one `domain selector` or one key name a line, `#` begins a comment, gzip is read too. "
      + "A relative path begins at the folder of this file.",
    examples: ["customers.txt", "/etc/selectord/customers.txt.gz"])
  static let interval = Key(
    "interval", ConfigurationKeys.interval.kind, "How often it is looked at; without this key as often as all others.",
    examples: ["5m"])
  static let views = Key(
    "views",
    Kind<[Located<String>]>.list(
      Kind<String>.filledText("the name of a view").located, of: "names of views", atLeast: 1),
    "The names of the views that are asked; without this key all of them.", examples: [["local", "authoritative"]])
  static let expect = Key(
    "expect", expectation, "What is right, where that is not just any usable key.",
    examples: [["fingerprint": "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "minimumBits": 2048]])
  static let labels = Key(
    "labels", Kind<[String: String]>.map(Kind<String>.text), default: [:] as JSONNode,
    "Words of your own that every event of the watch carries.", examples: [["team": "mail", "customer": "4711"]])
  static let note = Key(
    "note", Kind<String>.text, "A remark that every event of the watch carries.",
    examples: ["Contract ends in May; ask Ann before a change."])

  static let ours = Key(
    "ours", Kind<Bool>.flag, default: true,
    "Whether the zone is yours; where it is not, alerts carry a text to forward to whoever runs the zone.",
    examples: [false])

  static let rotation = Key(
    "rotation", rotating,
    "A change of selectors that is under way: both are watched, and `rotation.ready`, `rotation.blocked` and "
      + "`rotation.tooEarly` tell how it goes.", examples: [["from": "s2025", "to": "s2026"]])

  static let shared: [any AnyKey] = [interval, views, expect, ours, labels, note]

  // MARK: rotation

  static let from = Key(
    "from", Kind<DomainName>.name("a selector", KeyNameList.selector).located, required: true,
    "The selector that the signer uses until the change.", examples: ["s2025"])
  static let to = Key(
    "to", Kind<DomainName>.name("a selector", KeyNameList.selector).located, required: true,
    "The selector that the signer uses from then on.", examples: ["s2026"])
  static let rotatedKey = Key(
    "key", Kind<String>.filledText("a public key").located,
    "The key that has to stand at `to`: the value of `p=`, the whole record, a public key in PEM, or its fingerprint; "
      + "without it any usable key does.",
    examples: ["bTBLqq7jj7XeS6F0sJJdBL3ikGPcsWzyjC7C0fDvmuQ="])

  private static let rotating = Kind<RotationDraft>.object([from, to, rotatedKey]) { fields, log in
    let draft = RotationDraft(
      old: fields.value(from, &log), new: fields.value(to, &log), key: fields.value(rotatedKey, &log))
    if let old = draft.old, let new = draft.new, old.value == new.value {
      log.refuse(
        new.place,
        "the selector is that of 'from'; a new key gets a new selector, so that mail under way can still be verified")
    }
    return draft
  }.named("rotation")

  // MARK: expect

  static let state = Key(
    "state", Kind<State>.words([.published, .revoked, .missing]), default: "published",
    "The state that is right; every other one is critical.", examples: ["published", "missing"])
  static let key = Key(
    "key", Kind<String>.filledText("a public key").located,
    "The only key that is right: the value of `p=`, the whole record, or a public key in PEM. Not with `fingerprint`.",
    examples: ["bTBLqq7jj7XeS6F0sJJdBL3ikGPcsWzyjC7C0fDvmuQ="])
  static let fingerprint = Key(
    "fingerprint", fingerprintKind,
    "The fingerprint of the only key that is right, as `selectord key` prints it. Not with `key`.",
    examples: ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"])
  static let minimumBits = Key(
    "minimumBits", Kind<Int>.number(512...16_384, of: "a key size in bits"),
    "The least size of an RSA key in bits that is right.", examples: [2048])

  private static let expectation = Kind<ExpectationDraft>.object(
    [state, key, fingerprint, minimumBits], rules: [.init("not", ["required": ["key", "fingerprint"]])]
  ) { fields, log in
    let draft = ExpectationDraft(
      state: fields.has(state) ? fields.value(state, &log) : nil, key: fields.value(key, &log),
      fingerprint: fields.value(fingerprint, &log), minimumBits: fields.value(minimumBits, &log))
    if fields.has(key), fields.has(fingerprint) {
      log.refuseShape(fields.place(fingerprint), "'key' and 'fingerprint' exclude each other; keep one of them")
    }
    if let expected = draft.state, expected != .published {
      for pinned in [key, fingerprint, minimumBits] as [any AnyKey] where fields.has(pinned) {
        log.refuse(
          fields.place(pinned),
          "'\(pinned.name)' asks for a key, and 'state' is '\(expected.rawValue)'; keep one of them")
      }
    }
    return draft
  }.named("expectation")

  private static let fingerprintKind = Kind<String>(
    [.init("type", "string"), .init("pattern", "^SHA256:[A-Za-z0-9+/]{43}=?$")]
  ) { node, place, log in
    if let text = node.string, text.hasPrefix("SHA256:") {
      let digits = text.utf8.dropFirst(7)
      let trimmed = digits.last == UInt8(ascii: "=") ? digits.dropLast() : digits
      let isBase64 = trimmed.allSatisfy { byte in
        byte.isDigit || byte.isLetter
          || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
      }
      if trimmed.count == 43, isBase64 { return "SHA256:" + String(decoding: trimmed, as: UTF8.self) }
    }
    log.refuseShape(
      place,
      "found \(node.inWords), expected a fingerprint: SHA256: and 43 characters of base64, as `selectord key` prints it"
    )
    return nil
  }

  /// What the keys in `shared` say.
  static func settings(_ fields: Fields, _ log: inout IssueLog) -> WatchSettings {
    WatchSettings(
      interval: fields.value(interval, &log), views: fields.value(views, &log),
      expectation: fields.value(expect, &log), isOurs: fields.value(ours, &log) ?? true,
      labels: fields.value(labels, &log) ?? [:],
      note: fields.value(note, &log))
  }
}

extension Kind where Value == WatchDraft {
  static let watch = object(
    [WatchKeys.domain, WatchKeys.selectors, WatchKeys.rotation] + WatchKeys.shared,
    rules: [.init("anyOf", [["required": ["selectors"]], ["required": ["rotation"]]])]
  ) { fields, log in
    let domain = fields.value(WatchKeys.domain, &log)
    let selectors = fields.value(WatchKeys.selectors, &log)
    let rotation = fields.value(WatchKeys.rotation, &log)
    if !fields.has(WatchKeys.selectors), !fields.has(WatchKeys.rotation) {
      log.refuseShape(fields.place, "the key 'selectors' is missing")
    }
    let settings = WatchKeys.settings(fields, &log)
    return WatchDraft(domain: domain, selectors: selectors ?? [], rotation: rotation, settings: settings)
  }.named("watch")
}

extension Kind where Value == WatchListDraft {
  static let watchList = object([WatchKeys.file] + WatchKeys.shared) { fields, log in
    let file = fields.value(WatchKeys.file, &log)
    let settings = WatchKeys.settings(fields, &log)
    return WatchListDraft(file: file, settings: settings)
  }.named("watchList")
}
