// Log lines as a person, a machine and the journal read them.

import Config
import Logging
import Model
import Synchronization
import Testing

@testable import Daemon

@Suite struct LogFormatTests {
  static let line = LogLine(
    at: Timestamp(seconds: 1_795_464_000), level: .warning, message: "view is down",
    metadata: [("name", "zendesk1._domainkey.domain.com"), ("text", "a \"quoted\" line\nand one more")])

  @Test(arguments: [
    (
      TextLogFormat() as any LogFormat,
      "2026-11-23T20:00:00Z warning: view is down name=zendesk1._domainkey.domain.com "
        + #"text="a \"quoted\" line\nand one more""#
    ),
    (
      JournalLogFormat(),
      #"<4>view is down name=zendesk1._domainkey.domain.com text="a \"quoted\" line\nand one more""#
    ),
    (
      JSONLogFormat(),
      #"{"at":"2026-11-23T20:00:00.000000Z","level":"warning","message":"view is down","#
        + #""name":"zendesk1._domainkey.domain.com","text":"a \"quoted\" line\nand one more"}"#
    ),
  ])
  func rendersOneLine(format: any LogFormat, expected: String) {
    #expect(format.text(of: Self.line) == expected)
  }

  @Test func aReloadReachesEveryLogger() {
    let lines = Lines()
    let output = LogOutput(
      format: TextLogFormat(), level: .info, clock: { Timestamp(seconds: 0) }, write: { lines.append($0) })
    let logger = Logger(label: "test") { _ in OutputLogHandler(output: output) }
    logger.debug("not told")
    output.apply(.init(level: .debug, format: .journal), environment: [:])
    logger.debug("told", metadata: ["b": "2", "a": "1"])
    #expect(lines.all == ["<7>told a=1 b=2\n"])
  }

  @Test func aLoggerMaySayLessThanTheOutputLetsThrough() {
    let lines = Lines()
    let output = LogOutput(
      format: JournalLogFormat(), level: .info, clock: { Timestamp(seconds: 0) }, write: { lines.append($0) })
    var logger = Logger(label: "test") { _ in OutputLogHandler(output: output) }
    logger.logLevel = .error
    logger.notice("not told")
    logger.error("told")
    logger.logLevel = .debug
    logger.debug("not told either")
    #expect(lines.all == ["<3>told\n"])
  }

  @Test(arguments: [([String: String](), "1970"), (["JOURNAL_STREAM": "8:1"], "<6>")])
  func autoLooksForTheJournal(environment: [String: String], start: String) {
    let format = Configuration.LogSettings().format(environment: environment)
    let text = format.text(of: LogLine(at: Timestamp(seconds: 0), level: .info, message: "up", metadata: []))
    #expect(text.hasPrefix(start))
  }
}

/// Collects lines from any thread.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  func append(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}
