// The table of the keys of a view.

internal import Model

/// The keys of the three types of view.
enum ViewSettings {
  static let name = Setting(
    "name", SettingType<String>.label.located, required: true,
    "The name of the view, in watches and in alerts.",
    examples: ["local", "google"])
  static let type = Setting(
    "type", SettingType<String>.word(["system", "resolver", "authoritative"]), required: true,
    "`system` asks the resolvers of this machine, `resolver` one resolver, `authoritative` the name servers of the zones.",
    examples: ["system", "resolver", "authoritative"])
  static let resolvConf = Setting(
    "resolvConf", SettingType<String>.filledText("the path of a file"), default: "/etc/resolv.conf",
    "The file that names the system's resolvers; it is read again when it changes.", examples: ["/etc/resolv.conf"])
  static let address = Setting(
    "address", SettingType<Endpoint>.endpoint, "The address of the resolver, with its port if that is not 53.",
    examples: ["8.8.8.8", "127.0.0.1:5301", "[2001:db8::1]:53"])
  static let url = Setting(
    "url", SettingType<String>.filledText("an https:// URL").map(dohURL),
    "The URL of a DoH resolver (RFC 8484), instead of `address`.",
    examples: ["https://dns.google/dns-query"])
  static let transport = Setting(
    "transport", SettingType<Transport>.words([.udp, .tcp]), default: "udp",
    "`udp` uses TCP only if an answer is truncated; `tcp` always uses TCP. Not with `url`.",
    examples: ["udp", "tcp"])
  static let rootHints = Setting(
    "rootHints", SettingType<[IPAddress]>.list(.address, of: "IP addresses", atLeast: 1),
    "The addresses of the root servers, if they are not those of the internet.",
    examples: [["198.41.0.4", "2001:503:ba3e::2:30"]])
  static let port = Setting(
    "port", SettingType<Int>.number(1...65_535, of: "a port"), default: 53,
    "The port of all name servers.",
    examples: [53])
  static let timeout = Setting(
    "timeout", SettingType<Duration>.duration(.milliseconds(50) ... .seconds(60)), default: "2s",
    "How long one try waits for an answer.", examples: ["2s", "500ms"])
  static let retries = Setting(
    "retries", SettingType<Int>.number(0...10, of: "a number of retries"), default: 2,
    "How many tries follow the first one.",
    examples: [2])
  static let rate = rate(default: 100)
  static let authoritativeRate = rate(default: 50)

  private static func rate(default fallback: JSONNode) -> Setting<Int> {
    Setting(
      "rate", SettingType<Int>.number(1...1_000_000, of: "a rate"), default: fallback,
      "The highest number of questions per second to one server address.", examples: [fallback])
  }

  @Sendable private static func dohURL(_ text: String, _ location: SourceLocation, _ log: inout IssueLog) -> String? {
    if text.lowercased().hasPrefix("http://") {
      log.refuse(location, "\(text.quoted) is not encrypted; the URL of a DoH resolver begins with https://")
      return nil
    }
    guard let fault = WebAddress.fault(of: text, schemes: ["https"]) else { return text }
    log.refuse(location, "\(text.quoted) \(fault)")
    return nil
  }

  /// The view that the common keys and a source make.
  static func view(
    _ fields: Fields, _ source: View.Source?, rate: Setting<Int>, _ log: inout IssueLog
  ) -> ViewDraft? {
    let timeout = fields.value(timeout, &log)
    let retries = fields.value(retries, &log)
    let perSecond = fields.value(rate, &log)
    guard let name = fields.value(name, &log), let source, let timeout, let retries, let perSecond else { return nil }
    return ViewDraft(
      view: View(name: name.value, source: source, timeout: timeout, retries: retries, rate: perSecond),
      name: name.location, rate: fields.location(rate))
  }
}

extension SettingType where Value == ViewDraft {
  static let view = variants(
    tag: ViewSettings.type,
    [
      Variant(
        word: "system", definition: "systemView",
        keys: [
          ViewSettings.name, ViewSettings.type, ViewSettings.resolvConf, ViewSettings.timeout, ViewSettings.retries,
          ViewSettings.rate,
        ]
      ) { fields, log in
        let path = fields.value(ViewSettings.resolvConf, &log)
        return ViewSettings.view(fields, path.map(View.Source.system), rate: ViewSettings.rate, &log)
      },
      Variant(
        word: "resolver", definition: "resolverView",
        keys: [
          ViewSettings.name, ViewSettings.type, ViewSettings.address, ViewSettings.url, ViewSettings.transport,
          ViewSettings.timeout,
          ViewSettings.retries, ViewSettings.rate,
        ],
        rules: [
          .init(
            "oneOf",
            [
              ["required": ["address"], "not": ["required": ["url"]]],
              ["required": ["url"], "not": ["anyOf": [["required": ["address"]], ["required": ["transport"]]]]],
            ])
        ],
        make: resolver),
      Variant(
        word: "authoritative", definition: "authoritativeView",
        keys: [
          ViewSettings.name, ViewSettings.type, ViewSettings.rootHints, ViewSettings.port, ViewSettings.timeout,
          ViewSettings.retries,
          ViewSettings.authoritativeRate,
        ]
      ) { fields, log in
        let hints = fields.value(ViewSettings.rootHints, &log) ?? []
        let port = fields.value(ViewSettings.port, &log).flatMap(UInt16.init(exactly:))
        let source = port.map { View.Source.authoritative(rootHints: hints, port: $0) }
        return ViewSettings.view(fields, source, rate: ViewSettings.authoritativeRate, &log)
      },
    ])

  @Sendable private static func resolver(_ fields: Fields, _ log: inout IssueLog) -> ViewDraft? {
    let transport = fields.value(ViewSettings.transport, &log)
    let address = fields.value(ViewSettings.address, &log)
    let url = fields.value(ViewSettings.url, &log)
    switch (fields.has(ViewSettings.address), fields.has(ViewSettings.url)) {
    case (true, true):
      log.refuseShape(fields.location(ViewSettings.url), "'address' and 'url' exclude each other; keep one of them")
    case (false, false):
      log.refuseShape(fields.location, "a resolver needs one of the keys 'address' and 'url' (DoH)")
    case (false, true) where fields.has(ViewSettings.transport):
      log.refuseShape(
        fields.location(ViewSettings.transport),
        "'transport' is allowed only with 'address'; a 'url' is asked over HTTPS")
    default: break
    }
    let plain = address.flatMap { address in transport.map { View.Source.resolver(address, $0) } }
    return ViewSettings.view(fields, plain ?? url.map(View.Source.https), rate: ViewSettings.rate, &log)
  }
}
