// Holds the parts of a configuration against each other and against the machine: names, secrets, URLs.

internal import Model

/// The second half of a reading: from the draft to the frozen configuration.
struct Resolution {
  let draft: Draft
  /// The path of the configuration file.
  let file: String
  let secrets: SecretResolver
  /// For the secret that signs proofs, which other verbs need than the secrets of receivers.
  let proofSecrets: SecretResolver
  /// The ids of the checks that an audit can ignore; empty where they are not known here.
  let auditRules: Set<String>
  var log: IssueLog

  /// The configuration; worth nothing where the log holds errors.
  mutating func configuration(fingerprint: (String) -> Result<String, PinnedKeyError>) -> Configuration {
    checkNames(draft.views.map { Located(value: $0.view.name, location: $0.name) }, of: "view")
    let receivers = draft.receivers.compactMap { receiver($0) }
    let http = draft.http.map { $0.resolved(secrets, &log) }
    let proofSecret = draft.proofSecret.flatMap { proofSecrets.secret($0, &log) }
    checkNames(draft.receivers.compactMap(\.name), of: "receiver")
    var gathering = WatchGathering(draft: draft, file: file)
    gathering.gather(fingerprint: fingerprint, &log)
    let views = draft.views.map { draft in
      var view = draft.view
      if case .system(let path) = view.source {
        view.source = .system(resolvConf: ConfigurationFile.resolve(path, besides: file))
      }
      return view
    }
    let learns = draft.configuration.mail.learn.choice != .none && !draft.configuration.mail.isEmpty
    let audits = audits()
    if gathering.watches.isEmpty, audits.isEmpty, !learns, log.errorCount == 0 {
      log.warn(
        SourceLocation(path: ""),
        "nothing is watched; let `selectord init` find selectors, or name them in 'watches' or files in 'watchLists'")
    }
    checkMailPaths(receivers, gathering.watches)
    RateCheck(watches: gathering.watches, views: draft.views).warn(&log)
    checkPulse()
    var configuration = draft.configuration
    configuration.database =
      draft.database.map { ConfigurationFile.resolve($0, besides: file) } ?? ConfigurationFile.defaultDatabase(of: file)
    configuration.views = views
    configuration.watches = gathering.watches
    configuration.audits = audits
    configuration.watchLists = gathering.lists
    configuration.receivers = receivers
    configuration.mail = draft.configuration.mail.resolved(besides: file)
    configuration.proofSecret = proofSecret
    configuration.http = http
    return configuration
  }

  private mutating func checkNames(_ names: [Located<String>], of what: String) {
    var first: [String: SourceLocation] = [:]
    for name in names {
      if let earlier = first[name.value] {
        log.refuse(
          name.location, "the \(what) \(name.value.quoted) is used already, by \(earlier.path); give each its own name"
        )
      } else {
        first[name.value] = name.location
      }
    }
  }

  /// Serials are asked of the servers of a zone, which a resolver is not.
  private mutating func checkPulse() {
    let hears = draft.configuration.pulse != nil || draft.configuration.notify != nil
    guard hears, let location = draft.pulses.first, !draft.views.contains(where: \.view.isAuthoritative) else { return }
    log.warn(
      location,
      "no view asks the servers of zones, so changes are seen at the intervals only; add a view of the type "
        + "\"authoritative\"")
  }

  private mutating func audits() -> [Configuration.Audit] {
    var first: [DomainName: SourceLocation] = [:]
    return draft.audits.compactMap { draft in
      guard let domain = draft.domain else { return nil }
      if let earlier = first[domain.value] {
        log.refuse(
          domain.location,
          "\(InternationalName.display(domain.value)) is audited already, by \(earlier.path); audit each domain once")
        return nil
      }
      first[domain.value] = domain.location
      for rule in draft.ignore where !auditRules.isEmpty && !auditRules.contains(rule.value) {
        let hint = nearestWord(to: rule.value, among: auditRules.sorted()).map { "; did you mean '\($0)'?" } ?? ""
        log.warn(rule.location, "no check of the audit has the id \(rule.value.quoted)\(hint)")
      }
      let interval = draft.interval ?? .seconds(86_400)
      if interval < .seconds(600) {
        log.warn(
          domain.location,
          "an audit asks some hundred questions; every \(DurationText.print(interval)) is a burden for the servers of "
            + "\(InternationalName.display(domain.value)), 1h or more is not")
      }
      return Configuration.Audit(
        domain: domain.value, interval: interval, selectors: draft.selectors,
        ignore: draft.ignore.map(\.value), isOurs: draft.isOurs, labels: draft.labels, note: draft.note)
    }
  }

  // MARK: Receivers

  private mutating func receiver(_ draft: ReceiverDraft) -> Receiver? {
    var url: Secret?
    if let source = draft.url {
      url = secrets.secret(source, &log)
      if let url, secrets.isReading || source.isLiteral { checkTarget(url, of: draft, at: source.location) }
    }
    var secret: Secret?
    if let source = draft.secret {
      secret = secrets.secret(source, &log)
      if let secret { checkSigningSecret(secret, at: source.location) }
    }
    var headers: [String: Secret] = [:]
    for (name, source) in draft.headers.sorted(by: { $0.key < $1.key }) {
      checkHeaderName(name, among: headers.keys, at: source.location)
      guard let value = secrets.secret(source.value, &log) else { continue }
      checkLine(value, at: source.location, "a header")
      headers[name] = value
    }
    let token = draft.token.flatMap { oneLine($0, "a token") }
    let user = draft.user.flatMap { oneLine($0, "a name") }
    var environment: [String: Secret] = [:]
    for (name, source) in draft.environment.sorted(by: { $0.key < $1.key }) {
      if name.isEmpty || name.contains("=") || name.utf8.contains(0) {
        log.refuse(source.location, "\(name.quoted) is not a valid name of a variable")
      }
      environment[name] = secrets.secret(source.value, &log)
    }
    let template = draft.template.flatMap { secrets.secret($0, warns: false, &log) }
    guard let name = draft.name, url != nil || draft.url == nil else { return nil }
    return Receiver(
      name: name.value, format: draft.format, url: url ?? Secret(""), secret: secret, headers: headers,
      minimumSeverity: draft.minimumSeverity, domains: draft.domains.contains("*") ? [] : draft.domains,
      types: draft.types, allowPrivate: draft.allowPrivate,
      service: Receiver.Service(
        token: token, user: user, to: draft.to, from: draft.from, command: draft.command, environment: environment,
        template: template?.reveal(), contentType: draft.contentType, encryption: draft.encryption),
      labels: draft.labels, groupWithin: draft.groupWithin, quiet: draft.quiet, escalateAfter: draft.escalateAfter)
  }

  /// A secret that is sent as part of a line.
  private mutating func oneLine(_ source: SecretSource, _ what: String) -> Secret? {
    let secret = secrets.secret(source, &log)
    if let secret { checkLine(secret, at: source.location, what) }
    return secret
  }

  private mutating func checkLine(_ secret: Secret, at location: SourceLocation, _ what: String) {
    if secret.reveal().utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
      log.refuse(location, "the value has line breaks or control characters, which \(what) must not contain")
    }
  }

  private mutating func checkTarget(_ url: Secret, of draft: ReceiverDraft, at location: SourceLocation) {
    let schemes = draft.format == .email ? ["smtps", "smtp"] : ["https", "http"]
    if let fault = WebAddress.fault(of: url.reveal(), schemes: schemes) {
      log.refuse(location, "the value (hidden, \(url.reveal().count) characters) \(fault)")
    } else if !draft.allowPrivate, WebAddress.isPrivate(url.reveal()) {
      log.warn(
        location,
        "the target is this machine or a private address, which is refused; set 'allowPrivate' to true to allow "
          + "it")
    } else if draft.format == .ntfy, (url.reveal().split(separator: "/").count < 3) {
      log.refuse(
        location, "the value (hidden) names no topic; expected the URL of a topic, such as https://ntfy.sh/TOPIC")
    }
  }

  /// Mail about a domain should not need that domain.
  private mutating func checkMailPaths(_ receivers: [Receiver], _ watches: [Watch]) {
    guard !receivers.isEmpty, receivers.allSatisfy({ $0.format == .email }) else { return }
    let watched = Set(watches.map(\.key.domain))
    let used = receivers.flatMap { $0.service.to + [$0.service.from].compactMap(\.self) }
      .compactMap { $0.split(separator: "@").last.flatMap { try? DomainName($0) } }
    guard let domain = used.first(where: watched.contains) else { return }
    log.warn(
      SourceLocation(path: "receivers"),
      "all alerts go by mail, and by way of \(InternationalName.display(domain)), which is watched: if it fails, the alert "
        + "may fail with it; add a receiver that needs no mail, or use addresses of another domain")
  }

  private mutating func checkSigningSecret(_ secret: Secret, at location: SourceLocation) {
    let text = secret.reveal()
    guard text.hasPrefix("whsec_") else { return }
    if base64Length(text.utf8.dropFirst(6)) ?? 0 == 0 {
      log.refuse(location, "the part after whsec_ (hidden) is not base64; expected the secret as the receiver shows it")
    }
  }

  private mutating func checkHeaderName(
    _ name: String, among others: some Sequence<String>, at location: SourceLocation
  ) {
    let isToken =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        byte.isDigit || byte.isLetter
          || "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    let lowered = name.lowercased()
    if !isToken {
      log.refuse(
        location,
        "\(name.quoted) is not a valid name of a header; expected letters, digits and '-' (RFC 9110, section 5.1)")
    } else if ["host", "content-length", "content-type", "transfer-encoding", "connection"].contains(lowered)
      || lowered.hasPrefix("webhook-")
    {
      log.refuse(location, "selectord sets the header \(name.quoted) itself; remove it")
    } else if others.contains(where: { $0.lowercased() == lowered }) {
      log.refuse(location, "the header \(name.quoted) is here twice, with different capitals; keep one of the two")
    }
  }
}

/// The number of bytes that base64 text stands for (RFC 4648, section 4); nil where it is none.
func base64Length(_ text: some Collection<UInt8>) -> Int? {
  var digits = 0
  var padding = 0
  for byte in text {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"):
      if padding > 0 { return nil }
      digits += 1
    case UInt8(ascii: "="): padding += 1
    default: return nil
    }
  }
  if (digits + padding) % 4 != 0 || padding > 2 { return nil }
  return digits * 3 / 4
}
