// What the suites that ask a scripted server have in common.

import DNS
import Model
import Probing

/// A suite with an engine of its own and one name to ask for.
protocol EngineSuite {
  var engine: Engine { get }
  var name: DomainName { get }
}

extension EngineSuite {
  /// How long a try waits where the scripted server is silent on purpose. Ten times what the server needs for an answer on a
  /// machine that compiles beside the test, since a try that ends too early is another history than the one that is tested.
  var patience: Duration { .milliseconds(300) }

  func query(
    _ server: ScriptedServer, transport: Transport = .udp, timeout: Duration = .seconds(5), retries: Int = 2,
    expected: Digest? = nil
  ) -> Query {
    Query(
      Question(name, .txt), at: server.endpoint, recursionDesired: true, transport: transport, timeout: timeout,
      retries: retries, rate: 10_000, expected: expected)
  }

  /// What came, in short: `udp v=DKIM1`, `failed timeout`.
  func ask(_ query: Query) async -> String { Self.text(await engine.ask([query])[0], query) }

  static func text(_ reply: Reply, _ query: Query) -> String {
    switch reply {
    case .unchanged: return "unchanged"
    case .message(let message, let transport, _):
      let answer = Answer(replyTo: query.question, message: message)
      return ([transport.rawValue, answer.outcome.description] + answer.records.map(\.text)).joined(separator: " ")
    case .failed(let failure, let transport, let truncated):
      return "failed \(failure.rawValue) \(transport.rawValue)" + (truncated ? " truncated" : "")
    }
  }
}
