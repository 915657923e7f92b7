// Where in a report the parser is, and what of the record is known by now.

internal import Model

final class ReportState {
  enum Event {
    case sighting(MailSighting)
    case fault(String)
  }

  private struct Signature: Hashable {
    var domain: [UInt8] = []
    var selector: [UInt8] = []
    var result: [UInt8] = []
  }

  /// Why no more is read.
  var stop: String?
  private(set) var isReport = false
  private(set) var records = 0

  private var path: [String] = []
  private var content: [UInt8] = []
  private var begin: Timestamp?
  private var end: Timestamp?
  private var count: [UInt8] = []
  private var signature: Signature?
  private var signatures: [Signature] = []
  private var hasLeftOut = false
  private var events: [Event] = []

  private static let deepest = 64
  private static let longestText = 1024
  private static let mostSignatures = 100

  func take() -> [Event] {
    let taken = events
    events = []
    return taken
  }

  func open(_ name: String) {
    if path.count >= Self.deepest {
      stop = "its elements are nested more than \(Self.deepest) deep"
      return
    }
    path.append(name)
    content = []
    switch name {
    case "feedback": isReport = isReport || path.count == 1
    case "record":
      count = []
      signatures = []
      hasLeftOut = false
    case "dkim" where path.dropLast().last == "auth_results": signature = Signature()
    default: break
    }
  }

  func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    if content.count < Self.longestText { content.append(contentsOf: bytes.prefix(Self.longestText - content.count)) }
  }

  func close(_ name: String) {
    let parent = path.dropLast().last
    let text = trimmed(content)
    switch (parent, name) {
    case ("date_range", "begin"): begin = time(text)
    case ("date_range", "end"): end = time(text)
    case ("row", "count"): count = text
    case ("dkim", "domain"): signature?.domain = text
    case ("dkim", "selector"): signature?.selector = text
    case ("dkim", "result"): signature?.result = text
    case ("auth_results", "dkim"):
      if let signature { keep(signature) }
      signature = nil
    case (_, "record"): closeRecord()
    default: break
    }
    content = []
    if !path.isEmpty { path.removeLast() }
  }

  private func keep(_ signature: Signature) {
    if signature.domain.isEmpty { return }
    if signatures.count >= Self.mostSignatures {
      if !hasLeftOut {
        events.append(.fault("a record has more than \(Self.mostSignatures) DKIM results; the rest is left out"))
      }
      hasLeftOut = true
      return
    }
    // A pair with one result is one signature of each message, however often it is written.
    if !signatures.contains(signature) { signatures.append(signature) }
  }

  private func closeRecord() {
    records += 1
    var messages = 1
    if !count.isEmpty {
      let number = count.withBytes { $0.number }
      if let number, number <= 1_000_000_000_000 {
        messages = Int(number)
      } else {
        events.append(.fault("<count> is \(shown(count)), which is no number; counted as 1"))
      }
    }
    for signature in signatures where messages > 0 { send(signature, messages: messages) }
    signatures = []
  }

  private func send(_ signature: Signature, messages: Int) {
    guard let result = SightingResult(word: String(decoding: signature.result, as: UTF8.self)) else {
      events.append(
        .fault(
          signature.result.isEmpty
            ? "the DKIM result of \(shown(signature.domain)) is empty"
            : "the DKIM result of \(shown(signature.domain)) is \(shown(signature.result)), which is no result of RFC 8601"
        ))
      return
    }
    signature.domain.withBytes { domain in
      signature.selector.withBytes { selector in
        do throws(NameFault) {
          events.append(
            .sighting(
              try RawSighting(
                domain: domain, selector: selector, result: result, time: begin, until: end, kind: .report,
                messages: messages
              ).sighting()))
        } catch {
          events.append(.fault(error.description))
        }
      }
    }
  }

  private func shown(_ bytes: [UInt8]) -> String { bytes.withBytes(\.shown) }

  private func trimmed(_ bytes: [UInt8]) -> [UInt8] { bytes.withBytes { $0.trimmed.array } }

  /// Seconds since 1970, as the schema has them; a date of RFC 3339, as some reporters write.
  private func time(_ text: [UInt8]) -> Timestamp? {
    if let seconds = text.withBytes({ $0.number }), seconds < 1 << 36 { return Timestamp(seconds: seconds) }
    let text = String(decoding: text, as: UTF8.self)
    return Timestamp(text) ?? Timestamp(text.replacing(" ", with: "T") + "Z")
  }
}

extension MailSighting {
  /// Hands the sighting on as bytes.
  func send(_ emit: (CensusEvent) -> Void) {
    Array(domain.description.utf8).withBytes { domain in
      Array((selector?.description ?? "").utf8).withBytes { selector in
        Array((reason ?? "").utf8).withBytes { reason in
          Array((queueID ?? "").utf8).withBytes { queueID in
            emit(
              .sighting(
                RawSighting(
                  domain: domain, selector: selector, result: result, reason: reason, time: time, until: until,
                  kind: kind, queueID: queueID, messages: messages, isPreliminary: isPreliminary)))
          }
        }
      }
    }
  }
}
