// Every line of the fixtures of logs, with what it gives: Golden/<name>.txt.

import Census
import Model
import TestSupport
import Testing

@Suite struct LogFixtureTests {
  /// The logs were last written on 2026-11-23, on a machine that keeps UTC.
  static let clock = LogClock(reference: Timestamp(seconds: 1_795_478_400))

  static let names = [
    "exim-mainlog", "exim-rejectlog", "exim-syslog", "opendkim", "opendmarc-history", "rspamd", "amavis", "headers",
    "wrapped",
  ]

  @Test(arguments: names) func everyLineGivesWhatItSays(_ name: String) throws {
    let log = try #require(contents(ofFile: fixtures("census/logs/\(name).log")))
    var reader = LogReader(.init(clock: Self.clock))
    var text = ""
    for line in log.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty {
      text += "\(line)\n"
      Array((line + "\n").utf8).withUnsafeBytes { bytes in
        reader.feed(bytes) { text += "  -> \(describe($0))\n" }
      }
    }
    reader.finish { text += "  -> \(describe($0))\n" }
    expectGolden(text, "\(name).txt")
  }

  /// Wherever a chunk ends, the same comes out.
  @Test(arguments: names) func chunksMayEndAnywhere(_ name: String) throws {
    let log = Array(try #require(contents(ofFile: fixtures("census/logs/\(name).log"))).utf8)
    func events(chunk: Int) -> [String] {
      var reader = LogReader(.init(clock: Self.clock, wantsFlow: true))
      var events: [String] = []
      for start in stride(from: 0, to: log.count, by: chunk) {
        Array(log[start..<min(start + chunk, log.count)]).withUnsafeBytes { bytes in
          reader.feed(bytes) { events.append(describe($0)) }
        }
      }
      reader.finish { events.append(describe($0)) }
      return events
    }
    let whole = events(chunk: log.count)
    #expect(!whole.isEmpty)
    for chunk in [1, 7, 64, 1000] { #expect(events(chunk: chunk) == whole) }
  }
}

/// An event in one line.
func describe(_ event: CensusEvent) -> String {
  switch event {
  case .sighting(let raw):
    do {
      return describe(try raw.sighting())
    } catch {
      return "no name: \(error)"
    }
  case .unreadable(let line): return "unreadable, line \(line.line): \(line.reason)"
  case .flow(let flow): return "\(flow.step) \(flow.queueID.text) \(flow.text.text)"
  case .dropped(let count): return "dropped \(count.map(String.init) ?? "some")"
  case .untrusted(let server): return "untrusted \(server)"
  }
}

func describe(_ sighting: MailSighting) -> String {
  var text = "\(sighting.kind.rawValue) \(sighting.domain) \(sighting.selector?.description ?? "?") \(sighting.result)"
  if let reason = sighting.reason { text += " \(reason.jsonQuoted())" }
  if let time = sighting.time { text += " \(time)" }
  if let until = sighting.until { text += "/\(until)" }
  if let queueID = sighting.queueID { text += " \(queueID)" }
  if sighting.messages != 1 { text += " x\(sighting.messages)" }
  if sighting.isPreliminary { text += " (preliminary)" }
  return text
}
