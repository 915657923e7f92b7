// Every race of a query as a row: what happens, and what is done then.

import Model
import Testing

@testable import Probing

struct QueryMachineTests {
  typealias Action = QueryMachine.Action

  enum Input {
    case start, timeout, unreachable, pauseEnded
    case udp(QueryMachine.Received)
    case tcp(QueryMachine.Received, keptCase: Bool = true)
    case tcpFailed(QueryMachine.StreamFailure)
  }

  struct Row: CustomTestStringConvertible {
    var testDescription: String
    var steps: [(Input, Action)]
    var retries = 2
    var isTCP = false
    var check: @Sendable (QueryMachine) -> Bool = { _ in true }

    init(
      _ name: String, _ steps: [(Input, Action)], retries: Int = 2, isTCP: Bool = false,
      check: @escaping @Sendable (QueryMachine) -> Bool = { _ in true }
    ) {
      testDescription = name
      self.steps = steps
      self.retries = retries
      self.isTCP = isTCP
      self.check = check
    }
  }

  /// A first try of 1000 ms, then a quarter more each.
  static let first: Nanoseconds = 1_000_000_000
  static let second: Nanoseconds = 1_250_000_000
  static let third: Nanoseconds = 1_500_000_000
  static let pause = QueryMachine.pause

  static let rows: [Row] = [
    Row("an answer ends it", [(.start, .send(wait: first)), (.udp(.answer), .finish), (.timeout, .wait)]),
    Row(
      "three tries, the last without EDNS, then TCP in the same time",
      [
        (.start, .send(wait: first)), (.timeout, .send(wait: second)), (.timeout, .send(wait: third / 2)),
        (.timeout, .connect(wait: third / 2)), (.timeout, .fail(.timeout)), (.udp(.answer), .wait),
      ], check: { $0.transport == .udp && !$0.silentOverUDP }),
    Row(
      "silent with EDNS, not without",
      [
        (.start, .send(wait: first)), (.timeout, .send(wait: second)), (.timeout, .send(wait: third / 2)),
        (.udp(.answer), .finish),
      ], check: { !$0.usesEDNS && $0.droppedEDNS }),
    Row(
      "silent over UDP, not over TCP",
      [
        (.start, .send(wait: first)), (.timeout, .send(wait: second)), (.timeout, .send(wait: third / 2)),
        (.timeout, .connect(wait: third / 2)), (.tcp(.answer), .finish),
      ], check: { $0.silentOverUDP && $0.usesEDNS && !$0.droppedEDNS }),
    Row(
      "UDP answers while TCP is asked",
      [
        (.start, .send(wait: first)), (.timeout, .send(wait: second)), (.timeout, .send(wait: third / 2)),
        (.timeout, .connect(wait: third / 2)), (.udp(.answer), .finish),
      ], check: { !$0.silentOverUDP && $0.transport == .udp }),
    Row(
      "TCP is closed: what was sent may still be answered",
      [
        (.start, .send(wait: first)), (.timeout, .send(wait: second)), (.timeout, .send(wait: third / 2)),
        (.timeout, .connect(wait: third / 2)), (.tcpFailed(.unreachable), .pause(third / 2)), (.udp(.answer), .finish),
      ], check: { !$0.silentOverUDP }),
    Row(
      "TCP is closed, and nothing comes",
      [
        (.start, .send(wait: first)), (.timeout, .send(wait: second)), (.timeout, .send(wait: third / 2)),
        (.timeout, .connect(wait: third / 2)), (.tcpFailed(.unreachable), .pause(third / 2)),
        (.pauseEnded, .fail(.timeout)),
      ], check: { $0.transport == .udp }),
    Row("no retries", [(.start, .send(wait: first)), (.timeout, .fail(.timeout))], retries: 0, check: { $0.usesEDNS }),
    Row(
      "an answer to the first try during the second",
      [(.start, .send(wait: first)), (.timeout, .send(wait: second)), (.udp(.answer), .finish)]),
    Row(
      "FORMERR to EDNS costs no retry",
      [
        (.start, .send(wait: first)), (.udp(.refusesEDNS), .send(wait: first)), (.udp(.refusesEDNS), .wait),
        (.timeout, .send(wait: second)), (.udp(.answer), .finish),
      ], check: { $0.refusedEDNS && !$0.droppedEDNS }),
    Row(
      "truncated, then TCP",
      [(.start, .send(wait: first)), (.udp(.truncated), .connect(wait: first)), (.tcp(.answer), .finish)],
      check: { $0.truncated && $0.transport == .tcp }),
    Row(
      "truncated twice connects once",
      [(.start, .send(wait: first)), (.udp(.truncated), .connect(wait: first)), (.udp(.truncated), .wait)]),
    Row(
      "truncated, TCP refused",
      [
        (.start, .send(wait: first)), (.udp(.truncated), .connect(wait: first)),
        (.tcpFailed(.unreachable), .fail(.unreachable)),
      ],
      check: { $0.truncated && $0.transport == .tcp }),
    Row(
      "truncated, TCP closed twice",
      [
        (.start, .send(wait: first)), (.udp(.truncated), .connect(wait: first)),
        (.tcpFailed(.closed), .connect(wait: second)), (.tcpFailed(.closed), .fail(.timeout)),
      ]),
    Row(
      "truncated, TCP silent",
      [
        (.start, .send(wait: first)), (.udp(.truncated), .connect(wait: first)), (.timeout, .connect(wait: second)),
        (.timeout, .fail(.timeout)),
      ]),
    Row(
      "truncated, TCP brings nonsense",
      [(.start, .send(wait: first)), (.udp(.truncated), .connect(wait: first)), (.tcp(.malformed), .fail(.malformed))]),
    Row(
      "truncated over TCP is what there is",
      [(.start, .connect(wait: first)), (.tcp(.truncated), .finish)], isTCP: true),
    Row(
      "another case: TCP keeps it, so it was forged",
      [(.start, .send(wait: first)), (.udp(.foldedCase), .connect(wait: first)), (.tcp(.answer), .finish)],
      check: { !$0.foldsCase && $0.mixesCase }),
    Row(
      "another case over TCP too: the server folds",
      [
        (.start, .send(wait: first)), (.udp(.foldedCase), .connect(wait: first)),
        (.tcp(.answer, keptCase: false), .finish),
      ], check: { $0.foldsCase }),
    Row(
      "another case, TCP refused: lower case over UDP",
      [
        (.start, .send(wait: first)), (.udp(.foldedCase), .connect(wait: first)),
        (.tcpFailed(.unreachable), .send(wait: first)), (.udp(.answer), .finish),
      ], check: { $0.foldsCase && !$0.mixesCase }),
    Row(
      "another case, and the right one while TCP connects",
      [(.start, .send(wait: first)), (.udp(.foldedCase), .connect(wait: first)), (.udp(.answer), .finish)],
      check: { !$0.foldsCase }),
    Row(
      "lower case, then truncated, then TCP refused again",
      [
        (.start, .send(wait: first)), (.udp(.foldedCase), .connect(wait: first)),
        (.tcpFailed(.unreachable), .send(wait: first)), (.udp(.truncated), .connect(wait: first)),
        (.tcpFailed(.unreachable), .fail(.unreachable)),
      ], check: { $0.truncated }),
    Row(
      "nonsense is asked for over TCP once, then waited out",
      [
        (.start, .send(wait: first)), (.udp(.malformed), .connect(wait: first)),
        (.tcpFailed(.unreachable), .send(wait: second)), (.udp(.malformed), .wait), (.timeout, .fail(.malformed)),
      ], retries: 1),
    Row(
      "nonsense over UDP, an answer over TCP",
      [(.start, .send(wait: first)), (.udp(.malformed), .connect(wait: first)), (.tcp(.answer), .finish)]),
    Row(
      "nonsense before the answer",
      [
        (.start, .send(wait: first)), (.udp(.malformed), .connect(wait: first)), (.udp(.malformed), .wait),
        (.udp(.answer), .finish),
      ]),
    Row(
      "nonsense over both",
      [
        (.start, .send(wait: first)), (.udp(.malformed), .connect(wait: first)), (.tcp(.malformed), .fail(.malformed)),
      ], retries: 0),
    Row(
      "unreachable three times",
      [
        (.start, .send(wait: first)), (.unreachable, .pause(pause)), (.unreachable, .wait),
        (.pauseEnded, .send(wait: second)), (.unreachable, .pause(2 * pause)), (.pauseEnded, .send(wait: third)),
        (.unreachable, .fail(.unreachable)),
      ]),
    Row(
      "an answer during the pause",
      [(.start, .send(wait: first)), (.unreachable, .pause(pause)), (.udp(.answer), .finish), (.pauseEnded, .wait)]),
    Row(
      "asked over TCP, refused three times",
      [
        (.start, .connect(wait: first)), (.tcpFailed(.unreachable), .pause(pause)),
        (.pauseEnded, .connect(wait: second)), (.tcpFailed(.closed), .pause(2 * pause)),
        (.pauseEnded, .connect(wait: third)), (.tcpFailed(.unreachable), .fail(.unreachable)),
      ], isTCP: true),
    Row(
      "FORMERR over TCP",
      [
        (.start, .connect(wait: first)), (.tcp(.refusesEDNS), .connect(wait: first)), (.tcp(.refusesEDNS), .finish),
      ], isTCP: true, check: { !$0.usesEDNS }),
    Row(
      "a connection that fails after the end",
      [(.start, .connect(wait: first)), (.tcp(.answer), .finish), (.tcpFailed(.closed), .wait)], isTCP: true),
  ]

  @Test(arguments: rows)
  func doesWhatTheRowSays(_ row: Row) {
    var machine = QueryMachine(transport: row.isTCP ? .tcp : .udp, timeout: Self.first, retries: row.retries)
    for (input, expected) in row.steps {
      let action =
        switch input {
        case .start: machine.start()
        case .timeout: machine.timedOut()
        case .unreachable: machine.unreachable()
        case .pauseEnded: machine.pauseEnded()
        case .udp(let received): machine.received(received)
        case .tcp(let received, let keptCase): machine.streamReceived(received, keptCase: keptCase)
        case .tcpFailed(let failure): machine.streamFailed(failure)
        }
      #expect(action == expected, "after \(input)")
    }
    #expect(row.check(machine))
  }
}
