// Plays every scenario file, and holds the set of files against the tables: each row, rule and event type has one.

import Keys
import Model
import TestSupport
import Testing

@testable import Diagnosing
@testable import Judging
@testable import Monitoring
import Glibc

enum ScenarioFiles {
  /// What the texts of all scenarios are worth: each is judged once.
  static let keys = KeyJudgements()

  /// The names of all scenario files, without `.txt`.
  static let all: [String] = {
    guard let folder = opendir(fixtures("scenarios")) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".txt") { names.append(String(name.dropLast(4))) }
    }
    return names.sorted()
  }()

  /// What came of playing each, played once for all tests.
  static let played: [String: Result<ScenarioRunner, any Error>] = Dictionary(
    uniqueKeysWithValues: all.map { name in
      (
        name,
        Result {
          let text = try #require(contents(ofFile: fixtures("scenarios") + "/\(name).txt"))
          var runner = ScenarioRunner(try ScenarioParser.parse(text, file: name))
          try runner.run()
          return runner
        }
      )
    })

  static func play(_ name: String) throws -> ScenarioRunner { try #require(played[name]).get() }
}

@Suite("Scenarios")
struct ScenarioTests {
  @Test(arguments: ScenarioFiles.all)
  func plays(_ name: String) throws {
    let runner = try ScenarioFiles.play(name)
    for failure in runner.failures { Issue.record("\(name).txt: \(failure)") }
    expectGolden(runner.transcript, "\(name).txt")
  }

  /// `plays` fails where they differ; here it is seen to that they are compared at all.
  @Test func daemonAndVerbsAreComparedOnManyLooks() throws {
    let compared = try ScenarioFiles.all.reduce(0) { $0 + (try ScenarioFiles.play($1).comparedLooks) }
    #expect(compared > 300)
  }

  @Test func everyRuleIsSeenInOne() throws {
    let seen = try ScenarioFiles.all.reduce(into: Set<String>()) { $0.formUnion(try ScenarioFiles.play($1).rules) }
    let missing = JudgingRules.all.map(\.id).filter { !seen.contains($0) }
    #expect(missing.isEmpty)
  }

  @Test func everyCauseIsToldInOne() throws {
    let told = try ScenarioFiles.all.reduce(into: Set<String>()) { $0.formUnion(try ScenarioFiles.play($1).causes) }
    let missing = CauseRules.all.map(\.id).filter { !told.contains($0) }
    #expect(missing.isEmpty)
  }

  @Test func everyEventTypeIsSeenInOne() throws {
    let seen = try ScenarioFiles.all.reduce(into: Set<EventType>()) {
      $0.formUnion(try ScenarioFiles.play($1).eventTypes)
    }
    // Rotations and audits have stories of their own, and scenarios have no mail.
    let others: Set<EventType> = [
      .test, .rotationReady, .rotationBlocked, .rotationTooEarly, .signatureFailing, .selectorDiscovered,
      .selectorSilent, .auditChanged,
    ]
    #expect(Set(EventType.allCases).subtracting(seen) == others)
  }

  @Test func everyRowOfTheStateTableIsSeenInOne() throws {
    let seen = try ScenarioFiles.all.reduce(into: Set<StateTable.Row>()) {
      $0.formUnion(try ScenarioFiles.play($1).rows)
    }
    #expect(seen == Set(StateTable.Row.allCases))
  }

  /// A scenario that expects what does not happen, or leaves out what does, has to fail.
  @Test(arguments: [
    ("expect judged missing critical", "judged published ok"),
    ("expect state missing", "the state is published"),
    ("expect finding ttl-long", "findings: []"),
    ("expect event selector.missing critical", "no such event"),
    ("expect again 15s", "looks again after never"),
    ("expect cache google key until 15:00", "caches: []"),
    ("expect summary gone", "'gone' is not in"),
    ("expect incident open", "incident: none"),
    ("says nxdomain", "unexpected events"),
  ])
  func whatIsNotSoIsReported(line: String, complaint: String) throws {
    let text = """
      policy confirm 0 after 1s
      watch s1 example.org
      zone example.org ns1.example.net 192.0.2.1, ns2.example.net 192.0.2.2
      at 14:00
        servers \(line.hasPrefix("says") ? line : "say good")
        \(line.hasPrefix("says") ? "" : line)
      """
    var runner = ScenarioRunner(try ScenarioParser.parse(text, file: "x"))
    try runner.run()
    #expect(runner.failures.count == 1)
    #expect(runner.failures.first?.contains(complaint) == true, "\(runner.failures)")
  }

  @Test func rulesAreUniqueAndComplete() {
    let ids = JudgingRules.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for rule in JudgingRules.all {
      #expect(rule.id.allSatisfy { $0.isLowercase || $0 == "-" || $0 == "6" || $0.isNumber }, "\(rule.id)")
      #expect(rule.summary.hasSuffix(".") && rule.remedy.hasSuffix(".") && !rule.source.isEmpty, "\(rule.id)")
    }
  }

  @Test(arguments: [
    ("at 14:00", "line 1: no 'watch' in the file"),
    ("watch s1 example.org", "line 1: no 'at' in the file"),
    ("watch s1 example.org\nat noon", "line 2: 'noon' is no time"),
    ("watch s1 example.org\nat 14:00\n  ns1 says", "line 3: the line ends too early"),
    ("watch s1 example.org\nat 14:00\n  ns1 says nokey", "line 3: no key 'nokey'"),
    ("watch s1 example.org\nat 14:00\n  expect state gone", "line 3: no state 'gone'"),
  ])
  func mistakesInAFileAreToldWithTheirLine(text: String, message: String) {
    let error = #expect(throws: ScenarioError.self) { try ScenarioParser.parse(text, file: "x") }
    #expect(error?.description == message)
  }
}
