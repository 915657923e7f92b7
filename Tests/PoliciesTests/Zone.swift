// A zone of the test's own, and the loop that puts a machine's questions to it.

import Model
import Policies
import Testing

/// Records by name: lines `name TYPE data`; names that are not there do not exist.
struct Zone {
  private var records: [DomainName: [ResourceRecord]] = [:]
  /// Questions that fail.
  private var failing: Set<Question> = []
  /// How many questions there were, and how many rounds.
  private(set) var questions = 0
  private(set) var rounds = 0

  init(_ text: String) throws {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      let name = try DomainName(words[0])
      let data = words.count > 2 ? words[2] : ""
      switch words[1] {
      case "TXT":
        add(name, .txt, .txt(TextRecord(strings: data.split(separator: "|").map { Array($0.utf8) })))
      case "A": add(name, .a, .a(try #require(IPAddress(data))))
      case "AAAA": add(name, .aaaa, .a(try #require(IPAddress(data))))
      case "MX": add(name, .mx, .other([0, 10] + (try DomainName(data)).wire))
      case "PTR": add(name, .ptr, .other((try DomainName(data)).wire))
      case "FAILS": failing.insert(Question(name, try #require(RecordType(mnemonic: data))))
      default: Issue.record("\(line)")
      }
    }
  }

  mutating func add(_ name: DomainName, _ type: RecordType, _ data: ResourceRecord.Data) {
    records[name, default: []].append(ResourceRecord(owner: name, type: type, ttl: 300, data: data))
  }

  private func reply(_ question: Question) -> PolicyReply {
    if failing.contains(question) { return PolicyReply(outcome: .failed(.timeout)) }
    guard let all = records[question.name] else { return PolicyReply(outcome: .nxdomain) }
    let fitting = all.filter { $0.type == question.type }
    return PolicyReply(outcome: fitting.isEmpty ? .nodata : .records, records: fitting)
  }

  mutating func answers(_ asked: [Question]) throws -> [Question: PolicyReply] {
    #expect(!asked.isEmpty)
    #expect(Set(asked).count == asked.count, "a question is put twice")
    questions += asked.count
    rounds += 1
    try #require(rounds < 100, "the machine does not end")
    return asked.reduce(into: [:]) { $0[$1] = reply($1) }
  }

  /// Evaluates SPF to its end.
  mutating func evaluate(
    _ address: String, sender: String, helo: String = "mail.example.net", limits: SPFEvaluation.Limits = .init()
  ) throws -> SPFOutcome {
    let client = SPFClient(
      address: try #require(IPAddress(address)), sender: Array(sender.utf8), helo: Array(helo.utf8),
      receiver: Array("mx.receiver.example".utf8), seconds: 1_700_000_000)
    var machine = SPFEvaluation(client: client, limits: limits)
    var step = machine.start()
    while case .ask(let asked) = step { step = machine.take(try answers(asked)) }
    guard case .done(let outcome) = step else { throw CancellationError() }
    return outcome
  }

  mutating func tree(_ domain: String, limits: SPFTree.Limits = .init()) throws -> SPFTree.Report {
    var machine = SPFTree(domain: try DomainName(domain), limits: limits)
    var step = machine.start()
    while case .ask(let asked) = step { step = machine.take(try answers(asked)) }
    guard case .done(let report) = step else { throw CancellationError() }
    return report
  }

  mutating func discover(_ domain: String) throws -> DMARCDiscovery.Result {
    var machine = DMARCDiscovery(domain: try DomainName(domain))
    var step = machine.start()
    while case .ask(let asked) = step { step = machine.take(try answers(asked)) }
    guard case .done(let result) = step else { throw CancellationError() }
    return result
  }
}
