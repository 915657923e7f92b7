// The types of values with a notation of their own: durations, percentages, names, addresses, secrets.

internal import Model

extension SettingType where Value == Duration {
  /// A duration within bounds.
  static func duration(_ range: ClosedRange<Duration>) -> SettingType {
    SettingType<Duration?>.duration(range, orWord: nil).map { duration, _, _ in duration }
  }
}

extension SettingType where Value == Duration? {
  /// A duration within bounds, or a word that stands for none.
  static func duration(_ range: ClosedRange<Duration>, orWord word: String?) -> SettingType {
    let pattern = word.map { "^(\($0)|\(DurationText.pattern))$" } ?? "^\(DurationText.pattern)$"
    let expected = DurationText.expectation + (word.map { ", or \"\($0)\"" } ?? "")
    return SettingType([.init("type", "string"), .init("pattern", .init(.string(pattern)))]) { node, location, log in
      guard let text = node.string else {
        log.refuseShape(location, "found \(node.inWords), expected \(expected)")
        return nil
      }
      if text == word { return .some(nil) }
      let duration: Duration
      do throws(DurationTextError) {
        duration = try DurationText.parse(text)
      } catch {
        let message = error.description + (word.map { ", or \"\($0)\"" } ?? "")
        // Only a number that is too long has the right form.
        if error.isTooLong { log.refuse(location, message) } else { log.refuseShape(location, message) }
        return nil
      }
      if range.contains(duration) { return .some(duration) }
      log.refuse(
        location,
        "\(text.quoted) is out of bounds; expected a duration from \(DurationText.print(range.lowerBound)) to "
          + DurationText.print(range.upperBound) + (word.map { ", or \"\($0)\"" } ?? ""))
      return nil
    }
  }
}

extension SettingType where Value == Double {
  /// A percentage as a fraction: 0.1 for "10%".
  static func percentage(upTo limit: Int) -> SettingType {
    let expected = "a percentage from \"0%\" to \"\(limit)%\""
    return SettingType([.init("type", "string"), .init("pattern", "^[0-9]{1,3}(\\.[0-9]{1,6})?%$")]) {
      node, location, log in
      guard let text = node.string, isPercentage(text), let percent = Double(String(text.dropLast())) else {
        log.refuseShape(location, "found \(node.inWords), expected \(expected)")
        return nil
      }
      if percent <= Double(limit) { return percent / 100 }
      log.refuse(location, "\(text.quoted) is out of bounds; expected \(expected)")
      return nil
    }
  }

  private static func isPercentage(_ text: String) -> Bool {
    guard text.utf8.last == UInt8(ascii: "%") else { return false }
    let parts = text.utf8.dropLast().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let areDigits = parts.allSatisfy { $0.allSatisfy { $0.isDigit } }
    return areDigits && (1...3).contains(parts[0].count)
      && (parts.count == 1 || parts.count == 2 && (1...6).contains(parts[1].count))
  }
}

extension SettingType where Value == DomainName {
  /// A signing domain or a selector as people type it, also internationalized.
  static func name(
    _ expected: String, _ parse: @escaping @Sendable (String) throws(KeyNameLineError) -> DomainName
  ) -> SettingType {
    SettingType<String>.filledText(expected).map { text, location, log -> DomainName? in
      do throws(KeyNameLineError) {
        return try parse(text)
      } catch {
        log.refuse(location, error.description)
        return nil
      }
    }
  }
}

extension SettingType where Value == IPAddress {
  static let address = SettingType<String>.filledText("an IP address").map { text, location, log -> IPAddress? in
    if let address = IPAddress(text) { return address }
    let hint = Endpoint(text) == nil ? "" : "; set the port by the key 'port'"
    log.refuse(
      location, "\(text.quoted) is not an IP address; expected one such as \"198.41.0.4\" or \"2001:db8::1\"\(hint)")
    return nil
  }
}

extension SettingType where Value == Endpoint {
  static let endpoint = SettingType<String>.filledText("an IP address").map { text, location, log -> Endpoint? in
    if let endpoint = Endpoint(text) { return endpoint }
    let hint = text.contains("://") ? "; for a DoH resolver, use the key 'url' instead of 'address'" : ""
    log.refuse(
      location,
      "\(text.quoted) is not an address of a resolver; expected one such as \"8.8.8.8\", \"127.0.0.1:5301\" or "
        + "\"[2001:db8::1]:53\"\(hint)")
    return nil
  }
}

extension SettingType where Value == SecretSource {
  private static let env = Setting(
    "env", SettingType<String>.filledText("the name of an environment variable").located,
    "The name of the environment variable that holds the secret.", examples: ["SLACK_WEBHOOK"])
  private static let file = Setting(
    "file", SettingType<String>.filledText("the path of a file").located,
    "The path of the file that holds the secret; line breaks at its end are ignored.",
    examples: ["/etc/selectord/token"])
  private static let credential = Setting(
    "credential", SettingType<String>.filledText("the name of a credential").located,
    "The name of a credential that systemd passes (LoadCredential=).", examples: ["slack-webhook"])

  /// A secret: the text itself, or where to find it.
  static let secret: SettingType = {
    let literal = SettingType<String>.filledText("a secret")
    let reference = SettingType.object(
      [env, file, credential], rules: [.init("minProperties", 1), .init("maxProperties", 1)]
    ) { fields, log in
      let present: [any AnySetting] = [env, file, credential].filter { fields.has($0) }
      guard present.count == 1 else {
        log.refuseShape(
          fields.location, "a secret is a string, or an object with one of the keys 'env', 'file' and 'credential'")
        return nil
      }
      return fields.value(env, &log).map(SecretSource.environment) ?? fields.value(file, &log).map(SecretSource.file)
        ?? fields.value(credential, &log).map(SecretSource.credential)
    }
    let schemas = [JSONNode(.object(literal.schema)), JSONNode(.object(reference.schema))]
    return SettingType([.init("anyOf", .init(.array(schemas)))]) { node, location, log in
      switch node.value {
      case .string: literal.read(node, location, &log).map { .literal(Located(value: $0, location: location)) }
      case .object: reference.read(node, location, &log)
      default:
        {
          log.refuseShape(
            location,
            "found \(node.inWords), expected a string, {\"env\": \"NAME\"}, {\"file\": \"PATH\"} or "
              + "{\"credential\": \"NAME\"}")
          return nil
        }()
      }
    }.named("secret")
  }()
}
