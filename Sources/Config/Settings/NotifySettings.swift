// The table of the keys of `notify`: where notices of name servers are heard, and whose.

internal import Model

/// The keys of `notify`.
enum NotifySettings {
  static let listen = Setting(
    "listen", SettingType<[Endpoint]>.list(place, of: "addresses", atLeast: 1), required: true,
    "The addresses and ports where NOTIFY is heard, over UDP and TCP.",
    examples: [["192.0.2.9:5300"], ["192.0.2.9:5300", "[2001:db8::9]:5300"]])
  static let from = Setting(
    "from", SettingType<[AddressRange]>.list(range, of: "addresses and prefixes", atLeast: 1), required: true,
    "The servers that are heard: addresses or prefixes. Packets from anybody else are not read.",
    examples: [["192.0.2.1", "198.51.100.0/24", "2001:db8::/64"]])

  private static let place = SettingType<String>.filledText("an IP address with a port").map {
    text, location, log -> Endpoint? in
    if let endpoint = Endpoint(text), IPAddress(text) == nil { return endpoint }
    log.refuse(
      location,
      "\(text.quoted) is not an address with a port; expected one such as \"192.0.2.9:5300\" or "
        + "\"[2001:db8::9]:5300\"")
    return nil
  }

  private static let range = SettingType<String>.filledText("an IP address or a prefix").map {
    text, location, log -> AddressRange? in
    if let range = AddressRange(text) { return range }
    log.refuse(
      location,
      "\(text.quoted) is neither an IP address nor a prefix; expected one such as \"192.0.2.1\", "
        + "\"192.0.2.0/24\" or \"2001:db8::/32\"")
    return nil
  }

  static func shown(_ notify: Configuration.NotifySettings) -> JSONNode {
    .members([
      (listen.name, .list(notify.listen.map { .text($0.description) })),
      (from.name, .list(notify.from.map { .text($0.description) })),
    ])
  }
}

extension SettingType where Value == Configuration.NotifySettings {
  static let notify = object([NotifySettings.listen, NotifySettings.from]) { fields, log in
    let listen = fields.value(NotifySettings.listen, &log)
    let from = fields.value(NotifySettings.from, &log)
    guard let listen, let from else { return nil }
    return Configuration.NotifySettings(listen: listen, from: from)
  }.named("notify")
}
