// The tables of the keys of a watch and of a watch list.

internal import Model

/// The keys of a watch and of a watch list.
enum WatchSettings {
  static let domain = Setting(
    "domain", SettingType<DomainName>.name("a signing domain", KeyNameList.signingDomain).located, required: true,
    "The signing domain (`d=` of the signature); internationalized names can be written as they are read.",
    examples: ["example.org", "bücher.example"])
  static let selectors = Setting(
    "selectors",
    SettingType<[Located<DomainName>]>.list(
      SettingType<DomainName>.name("a selector", KeyNameList.selector).located, of: "selectors", atLeast: 1),
    "The selectors (`s=` of the signature); one watch each. Not needed if `rotation` names some.",
    examples: [["zendesk1", "zendesk2"], ["s2026.mail"]])
  static let file = Setting(
    "file", SettingType<String>.filledText("the path of a file").located, required: true,
    "The path of the list: on each line a domain and its selectors, or one key name; `note=\"...\"`, `contact=...` and "
      + "other labels may follow; `#` begins a comment; gzip is read too. A relative path begins at the folder of this "
      + "file.",
    examples: ["customers.txt", "/etc/selectord/customers.txt.gz"])
  static let interval = Setting(
    "interval", ConfigurationSettings.interval.type,
    "How often it is checked; without this key, as `interval` at the top says.",
    examples: ["5m"])
  static let views = Setting(
    "views",
    SettingType<[Located<String>]>.list(
      SettingType<String>.filledText("the name of a view").located, of: "names of views", atLeast: 1),
    "The names of the views that are asked; without this key all of them.", examples: [["local", "authoritative"]])
  static let expect = Setting(
    "expect", expectation, "What is expected, if it is not just any usable key.",
    examples: [["fingerprint": "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "minimumBits": 2048]])
  static let labels = Setting(
    "labels", SettingType<[String: String]>.map(SettingType<String>.text), default: [:] as JSONNode,
    "Your own words, which are part of each event of the watch.", examples: [["team": "mail", "customer": "4711"]])
  static let note = Setting(
    "note", SettingType<String>.text, "A remark, which is part of each event of the watch.",
    examples: ["Contract ends in May; ask Ann before a change."])

  static let ours = Setting(
    "ours", SettingType<Bool>.flag, default: true,
    "Whether the zone is yours; if it is not, alerts have a text that you can forward to the people who run it.",
    examples: [false])

  static let rotation = Setting(
    "rotation", rotating,
    "A change of selectors in progress: both are watched, and the events `rotation.ready`, `rotation.blocked` and "
      + "`rotation.tooEarly` report on it.", examples: [["from": "s2025", "to": "s2026"]])

  static let shared: [any AnySetting] = [interval, views, expect, ours, labels, note]

  // MARK: rotation

  static let from = Setting(
    "from", SettingType<DomainName>.name("a selector", KeyNameList.selector).located, required: true,
    "The selector that the signer uses before the change.", examples: ["s2025"])
  static let to = Setting(
    "to", SettingType<DomainName>.name("a selector", KeyNameList.selector).located, required: true,
    "The selector that the signer uses after the change.", examples: ["s2026"])
  static let rotatedKey = Setting(
    "key", SettingType<String>.filledText("a public key").located,
    "The key that is expected at `to`: the value of `p=`, the whole record, a public key in PEM, or its fingerprint; "
      + "without this key, any usable key.",
    examples: ["bTBLqq7jj7XeS6F0sJJdBL3ikGPcsWzyjC7C0fDvmuQ="])

  private static let rotating = SettingType<RotationDraft>.object([from, to, rotatedKey]) { fields, log in
    let draft = RotationDraft(
      old: fields.value(from, &log), new: fields.value(to, &log), key: fields.value(rotatedKey, &log))
    if let old = draft.old, let new = draft.new, old.value == new.value {
      log.refuse(
        new.location,
        "the selector is that of 'from'; a new key gets a new selector, so that mail under way can still be verified")
    }
    return draft
  }.named("rotation")

  // MARK: expect

  static let state = Setting(
    "state", SettingType<State>.words([.published, .revoked, .missing]), default: "published",
    "The expected state; any other state is critical.", examples: ["published", "missing"])
  static let key = Setting(
    "key", SettingType<String>.filledText("a public key").located,
    "The expected key: the value of `p=`, the whole record, or a public key in PEM. Not with `fingerprint`.",
    examples: ["bTBLqq7jj7XeS6F0sJJdBL3ikGPcsWzyjC7C0fDvmuQ="])
  static let fingerprint = Setting(
    "fingerprint", fingerprintType,
    "The fingerprint of the expected key, as `selectord key` prints it. Not with `key`.",
    examples: ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"])
  static let minimumBits = Setting(
    "minimumBits", SettingType<Int>.number(512...16_384, of: "a key size in bits"),
    "The minimum acceptable RSA key size, in bits.", examples: [2048])

  private static let expectation = SettingType<ExpectationDraft>.object(
    [state, key, fingerprint, minimumBits], rules: [.init("not", ["required": ["key", "fingerprint"]])]
  ) { fields, log in
    let draft = ExpectationDraft(
      state: fields.has(state) ? fields.value(state, &log) : nil, key: fields.value(key, &log),
      fingerprint: fields.value(fingerprint, &log), minimumBits: fields.value(minimumBits, &log))
    if fields.has(key), fields.has(fingerprint) {
      log.refuseShape(fields.location(fingerprint), "'key' and 'fingerprint' exclude each other; keep one of them")
    }
    if let expected = draft.state, expected != .published {
      for pinned in [key, fingerprint, minimumBits] as [any AnySetting] where fields.has(pinned) {
        log.refuse(
          fields.location(pinned),
          "'\(pinned.name)' needs a key, but 'state' is '\(expected.rawValue)'; keep one of them")
      }
    }
    return draft
  }.named("expectation")

  private static let fingerprintType = SettingType<String>(
    [.init("type", "string"), .init("pattern", "^SHA256:[A-Za-z0-9+/]{43}=?$")]
  ) { node, location, log in
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
      location,
      "found \(node.inWords), expected a fingerprint: SHA256: and 43 characters of base64, as `selectord key` prints it"
    )
    return nil
  }

  /// What the keys in `shared` say.
  static func terms(_ fields: Fields, _ log: inout IssueLog) -> WatchTermsDraft {
    WatchTermsDraft(
      interval: fields.value(interval, &log), views: fields.value(views, &log),
      expectation: fields.value(expect, &log), isOurs: fields.value(ours, &log) ?? true,
      labels: fields.value(labels, &log) ?? [:],
      note: fields.value(note, &log))
  }
}

extension SettingType where Value == WatchDraft {
  static let watch = object(
    [WatchSettings.domain, WatchSettings.selectors, WatchSettings.rotation] + WatchSettings.shared,
    rules: [.init("anyOf", [["required": ["selectors"]], ["required": ["rotation"]]])]
  ) { fields, log in
    let domain = fields.value(WatchSettings.domain, &log)
    let selectors = fields.value(WatchSettings.selectors, &log)
    let rotation = fields.value(WatchSettings.rotation, &log)
    if !fields.has(WatchSettings.selectors), !fields.has(WatchSettings.rotation) {
      log.refuseShape(fields.location, "the key 'selectors' is missing")
    }
    let terms = WatchSettings.terms(fields, &log)
    return WatchDraft(domain: domain, selectors: selectors ?? [], rotation: rotation, terms: terms)
  }.named("watch")
}

extension SettingType where Value == WatchListDraft {
  static let watchList = object([WatchSettings.file] + WatchSettings.shared) { fields, log in
    let file = fields.value(WatchSettings.file, &log)
    let terms = WatchSettings.terms(fields, &log)
    return WatchListDraft(file: file, terms: terms)
  }.named("watchList")
}
