// `alertmanager`: Prometheus' Alertmanager, by its API v2; it groups, silences and routes by itself.

internal import HTTPClient
internal import Model
internal import Phrasing

/// One alert an event, all of a message in one request.
///
/// An alert is known by its labels. It fires until `endsAt`, so it is sent again while its incident is open
/// (`AlertRefresh`), and lapses if selectord does not run. A recovery ends it under each severity that it may have had:
/// Alertmanager passes over an end of what never fired.
struct AlertmanagerFormat: ReceiverFormat {
  var maximumBytes: Int { 500_000 }

  /// How long an alert fires unless it is sent again.
  static let lifetime = Duration.seconds(900)

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    .http([try Self.request(message.events.flatMap { Self.alerts($0, message, at: envelope.at) }, envelope)])
  }

  static func request(_ alerts: [JSON], _ envelope: Envelope) throws -> HTTPRequest {
    let path = "/api/v2/alerts"
    let url = envelope.receiver.url.reveal()
    return .json(url.hasSuffix(path) ? url : envelope.url(path), try JSON.list(alerts).bytes())
  }

  static func alerts(_ event: Event, _ message: Message, at time: Timestamp) -> [JSON] {
    if event.type == .test { return [alert(event, "test", "none", message, ends: time + .seconds(60))] }
    guard event.type.isRecovery else {
      return [alert(event, event.type.rawValue, severity(event.verdict), message, ends: time + lifetime)]
    }
    return event.openingTypes.flatMap { type in
      [Verdict.critical, .warning].map { alert(event, type.rawValue, severity($0), message, ends: event.at) }
    }
  }

  private static func severity(_ verdict: Verdict) -> String {
    switch verdict {
    case .critical: "critical"
    case .warning, .unknown: "warning"
    case .ok: "info"
    }
  }

  private static func alert(
    _ event: Event, _ name: String, _ severity: String, _ message: Message, ends: Timestamp
  ) -> JSON {
    var labels: [String: JSON] = [:]
    for (key, value) in event.labels ?? [:] where !value.isEmpty {
      labels[labelName(key)] = .text(TerminalText.line(value).cut(to: 500))
    }
    labels["alertname"] = .text(name)
    labels["severity"] = .text(severity)
    labels["job"] = "selectord"
    for (key, value) in [
      ("domain", event.domain?.description), ("selector", event.selector?.description),
      ("zone", event.zone?.description), ("view", event.view), ("incident", event.incident ?? event.id),
    ] {
      if let value { labels[key] = .text(value) }
    }
    // Alertmanager refuses an alert that ends before it starts.
    let start = min(event.since ?? event.at, ends)
    return [
      "labels": .object(labels), "annotations": .object(annotations(event)), "startsAt": .text(start.description),
      "endsAt": .text(ends.description), "generatorURL": message.link.map { .text($0) },
    ]
  }

  private static func annotations(_ event: Event) -> [String: JSON] {
    let texts = [
      ("summary", event.summary), ("since", event.since.map(Phrase.dateAndTime)), ("cause", event.diagnosis?.cause),
      ("remedy", event.remedy), ("record", event.diagnosis?.record), ("note", event.note),
    ]
    return Dictionary(
      uniqueKeysWithValues: texts.compactMap { name, text in
        text.map { (name, .text(TerminalText.line($0).cut(to: 4000))) }
      })
  }

  /// A label of a watch as Prometheus allows it: letters, digits and underscores.
  static func labelName(_ text: String) -> String {
    let name = text.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
    }
    let result = String(name)
    return result.first?.isNumber ?? true ? "_" + result : result
  }
}
