// Which DMARC policy an event carries, from scripted answers.

import Model
import Policies
import Synchronization
import Testing

@testable import Daemon

@Suite struct DMARCPolicyTests {
  /// Says what stands at each name, and counts the questions.
  private final class Names: Sendable {
    let texts: [String: String]
    let asked = Mutex(0)

    init(_ texts: [String: String]) { self.texts = texts }

    func answer(_ questions: [Question]) -> [Question: DMARCPolicies.DNSReply] {
      asked.withLock { $0 += questions.count }
      return questions.reduce(into: [:]) { replies, question in
        guard let text = texts[question.name.description] else {
          replies[question] = .init(reply: PolicyReply(outcome: .nxdomain), timeToLive: .seconds(300))
          return
        }
        if text.isEmpty { return }
        let record = ResourceRecord(
          owner: question.name, type: .txt, ttl: 600, data: .txt(TextRecord(bytes: text.utf8)))
        replies[question] = .init(reply: PolicyReply(outcome: .records, records: [record]), timeToLive: .seconds(600))
      }
    }
  }

  private func policy(of domain: String, _ texts: [String: String]) async throws -> String? {
    let names = Names(texts)
    let policies = DMARCPolicies(elapsed: { .zero })
    let domain = try DomainName(domain)
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await policies.run { names.answer($0) } }
      let found = await policies.policies(of: [domain], within: .seconds(3600))
      group.cancelAll()
      return found[domain]
    }
  }

  private static let cases: [(domain: String, texts: [String: String], expected: String?)] = [
    ("example.org", ["_dmarc.example.org": "v=DMARC1; p=reject"], "reject"),
    ("news.example.org", ["_dmarc.example.org": "v=DMARC1; p=reject; sp=quarantine"], "quarantine"),
    (
      "news.example.org", ["_dmarc.news.example.org": "v=DMARC1; p=none", "_dmarc.example.org": "v=DMARC1; p=reject"],
      "none"
    ),
    ("example.org", ["_dmarc.example.org": "v=spf1 -all"], nil),
    ("example.org", [:], nil),
    // Nobody answers.
    ("example.org", ["_dmarc.example.org": ""], nil),
  ]

  @Test(arguments: cases.indices) func theOwnPolicyCountsThenThatOfTheOrganization(index: Int) async throws {
    let (domain, texts, expected) = Self.cases[index]
    #expect(try await policy(of: domain, texts) == expected)
  }

  @Test func answersAreKeptAsLongAsTheyMayBe() async throws {
    let names = Names(["_dmarc.example.org": "v=DMARC1; p=reject"])
    let elapsed = Mutex(Duration.zero)
    let policies = DMARCPolicies(elapsed: { elapsed.withLock { $0 } })
    let domain = try DomainName("example.org")
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await policies.run { names.answer($0) } }
      _ = await policies.policies(of: [domain], within: .seconds(3600))
      let first = names.asked.withLock { $0 }
      elapsed.withLock { $0 = .seconds(299) }
      #expect(await policies.policies(of: [domain], within: .zero) == [domain: "reject"])
      #expect(names.asked.withLock { $0 } == first)
      // What has expired is told until it is asked for again.
      elapsed.withLock { $0 = .seconds(301) }
      #expect(await policies.policies(of: [domain], within: .zero) == [domain: "reject"])
      group.cancelAll()
    }
  }
}
