// `status`, `history` and `alert` on a real database, from outside.

import Foundation
import Model
import Storage
import Testing

@testable import selectord

/// A database with the story of the lost key, beside a configuration that names it.
private struct Lab {
  let folder: URL
  let store: SQLiteHistory

  /// - Parameter watched: how long ago the daemon watched last; nil for never.
  init(watched: Duration? = .seconds(20)) async throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let configuration = """
      {"database": "history.sqlite",
       "watches": [{"domain": "domain.com", "selectors": ["zendesk1"]}, {"domain": "example.org", "selectors": ["new"]}],
       "receivers": [{"name": "old", "format": "generic", "url": "https://hooks.example.net/x"}]}
      """
    try Data(configuration.utf8).write(to: folder.appendingPathComponent("config.json"))
    store = try SQLiteHistory(path: folder.appendingPathComponent("history.sqlite").path, mode: .readWrite)
    if let watched {
      try await store.beginWatching(at: now() - .seconds(100_000))
      try await store.heartbeat(at: now() - .seconds(50_000))
      try await store.heartbeat(at: now() - watched)
    }
    let key = try Samples.key("zendesk1._domainkey.domain.com")
    for (seconds, outcome, text) in [(90_000, Outcome.records, Samples.record), (4000, .nxdomain, nil)] {
      var change = Change(at: now() - .seconds(seconds))
      let server = Samples.server("ns1.example.net", outcome, text, aa: true)
      change.sightings = [
        Sighting(
          key: key, view: "authoritative", server: server.server, endpoint: server.endpoint, answer: server.answer,
          at: change.at)
      ]
      change.watches[key] = try Samples.memory()
      if outcome == .nxdomain {
        var event = try Samples.event()
        event.at = change.at
        change.events = [event]
        var failed = Delivery(id: "dlv_03", event: event.id, receiver: "old", createdAt: change.at)
        failed.status = .failed
        failed.attempts = 8
        failed.nextAttemptAt = nil
        failed.lastResult = "HTTP 404"
        change.deliveries = [failed]
      }
      try await store.commit(change)
    }
  }

  func run(_ arguments: String...) throws -> Run {
    try Run(arguments, environment: ["SELECTORD_CONFIG": folder.appendingPathComponent("config.json").path])
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}

@Test func `Status tells what is known, and exits by the worst`() async throws {
  let lab = try await Lab()
  defer { lab.remove() }
  let all = try lab.run("status")
  #expect(all.code == 2)
  #expect(all.out.contains("zendesk1"))
  #expect(all.out.contains("pending"), "a watch that was not looked at yet is shown")
  #expect(all.err.contains("The daemon watched"))
  let one = try lab.run("status", "domain.com", "zendesk1")
  #expect(one.code == 2)
  #expect(one.out.contains("key-name-absent"))
  #expect(try lab.run("status", "example.org").code == 3)
  let json = try lab.run("status", "zendesk1._domainkey.domain.com", "--output", "jsonl")
  let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
  #expect(object?["state"] as? String == "missing")
  #expect((object?["views"] as? [[String: Any]])?.first?["outcome"] as? String == "nxdomain")
  #expect(try lab.run("status", "-o", "nagios").out.hasPrefix("SELECTORD CRITICAL - "))
  let unknown = try lab.run("status", "elsewhere.example")
  #expect(unknown.code == 3)
  #expect(unknown.err.contains("is not watched"))
}

@Test(arguments: [Duration.seconds(3600), nil])
func `A daemon that does not watch makes status unknown`(watched: Duration?) async throws {
  let lab = try await Lab(watched: watched)
  defer { lab.remove() }
  let run = try lab.run("status", "--output", "nagios")
  #expect(run.code == 3)
  #expect(run.out.hasPrefix("SELECTORD UNKNOWN - The daemon has n"))
}

@Test func `History tells answers, events and gaps`() async throws {
  let lab = try await Lab()
  defer { lab.remove() }
  let run = try lab.run("history", "domain.com", "zendesk1", "--output", "jsonl")
  #expect(run.code == 0)
  let kinds = try run.out.split(separator: "\n").map { line in
    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])["kind"] as? String
  }
  #expect(kinds == ["answer", "gap", "answer", "event"])
  let recent = try lab.run("history", "domain.com", "zendesk1", "--since", "1h")
  #expect(recent.out.split(separator: "\n").count == 2)
  let other = try lab.run("history", "example.org", "s1")
  #expect(other.code == 0)
  #expect(other.out == "")
  #expect(other.err.contains("nothing is known"))
}

@Test func `Deliveries are listed and tried again`() async throws {
  let lab = try await Lab()
  defer { lab.remove() }
  #expect(try lab.run("alert", "list", "--failed").out.contains("HTTP 404"))
  #expect(try lab.run("alert", "list", "--pending").out == "")
  let unknown = try lab.run("alert", "retry", "dlv_99")
  #expect(unknown.code == 65)
  let retried = try lab.run("alert", "retry", "--receiver", "old")
  #expect(retried.code == 0)
  #expect(retried.out == "dlv_03\n")
  #expect(try lab.run("alert", "list", "--pending", "-o", "jsonl").out.contains("dlv_03"))
  let nothing = try lab.run("alert", "retry", "--all")
  #expect(nothing.code == 0)
  #expect(nothing.err.contains("nothing to try again"))
}

@Test func `A database that is not there is told`() async throws {
  let lab = try await Lab()
  lab.remove()
  let files = ["config.json": #"{"database": "/nonexistent/h.sqlite"}"#]
  let status = try Run(["status"], files: files)
  #expect(status.code == 3)
  #expect(status.err.contains("/nonexistent"))
  #expect(try Run(["history", "a.b", "s"], files: files).code == 69)
  #expect(try Run(["alert", "list"], files: files).code == 69)
}
