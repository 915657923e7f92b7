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

  /// - Parameter watched: how long ago the daemon watched last; nil for never. By itself it does an hour from now, since a busy
  ///   machine may take minutes until the test goes on.
  init(watched: Duration? = .seconds(-3600)) async throws {
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

  func run(_ arguments: String...) throws -> Run { try run(arguments: arguments) }

  func run(arguments: [String]) throws -> Run {
    try Run(arguments, environment: ["SELECTORD_CONFIG": folder.appendingPathComponent("config.json").path])
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}

@Test func statusTellsWhatIsKnownAndExitsByTheWorst() async throws {
  let lab = try await Lab()
  defer { lab.remove() }
  let all = try lab.run("status")
  #expect(all.code == 2)
  #expect(all.out.contains("zendesk1"))
  #expect(all.out.contains("pending"), "a watch that was not looked at yet is shown")
  #expect(all.err.contains("The daemon last watched"))
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
func aDaemonThatDoesNotWatchMakesStatusUnknown(watched: Duration?) async throws {
  let lab = try await Lab(watched: watched)
  defer { lab.remove() }
  let run = try lab.run("status", "--output", "nagios")
  #expect(run.code == 3)
  #expect(run.out.hasPrefix("SELECTORD UNKNOWN - The daemon has n"))
}

@Test func historyTellsAnswersEventsAndGaps() async throws {
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
  #expect(other.err.contains("the database has nothing about"))
}

@Test func deliveriesAreListedAndTriedAgain() async throws {
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
  #expect(nothing.err.contains("nothing to retry"))
}

@Test func aDatabaseThatIsNotThereIsTold() async throws {
  let lab = try await Lab()
  lab.remove()
  let files = ["config.json": #"{"database": "/nonexistent/h.sqlite"}"#]
  let status = try Run(["status"], files: files)
  #expect(status.code == 3)
  #expect(status.err.contains("/nonexistent"))
  #expect(try Run(["history", "a.b", "s"], files: files).code == 69)
  #expect(try Run(["alert", "list"], files: files).code == 69)
  #expect(try Run(["alert", "retry", "--all"], files: files).code == 69)
  #expect(try Run(["incident", "list"], files: files).code == 69)
  #expect(try Run(["incident", "acknowledge", "inc_1", "--note", "x"], files: files).code == 69)
}

/// An open incident of a kind, with the event that opened it.
private func incident(_ id: String, _ kind: Incident.Kind, at time: Timestamp) throws -> Change {
  var change = Change(at: time)
  var event = try Samples.event()
  event.id = "evt_of_\(id)"
  event.at = time
  if kind == .change {
    event.type = .selectorChanged
    event.verdict = .warning
    event.summary = "The key of zendesk1 was replaced by another one."
  }
  change.events = [event]
  change.incidents = [
    Incident(
      id: id, kind: kind, subject: "zendesk1._domainkey.domain.com", openedAt: time, openedBy: event.id,
      verdict: event.verdict, toldAt: time)
  ]
  return change
}

@Test func anIncidentIsAcknowledgedBesideTheDaemonAndWithoutIt() async throws {
  let lab = try await Lab()
  defer { lab.remove() }
  #expect(try lab.run("incident", "list").err.contains("no open incidents"))
  try await lab.store.commit(try incident("inc_aa1", .condition, at: now() - .seconds(60)))
  try await lab.store.commit(try incident("inc_aa2", .change, at: now() - .seconds(50)))
  var closed = try incident("inc_b1", .condition, at: now() - .seconds(40))
  closed.incidents[0].closedAt = now() - .seconds(30)
  try await lab.store.commit(closed)

  for (id, text) in [
    ("inc_aa", "2 open incidents begin with inc_aa"), ("inc_b1", "has been closed since"),
    ("inc_b", "has been closed since"), ("inc_zz", "no open incident has the id inc_zz"), ("", "no open incident"),
  ] {
    let run = try lab.run("incident", "acknowledge", id, "--note", "x")
    #expect(run.code == 65)
    #expect(run.err.contains(text), "\(run.err)")
  }
  #expect(try lab.run("incident", "acknowledge", "inc_aa1").code == 64)
  #expect(try lab.run("incident", "acknowledge", "inc_aa1", "--note", " ").code == 64)
  #expect(try await lab.store.pendingAcknowledgements() == [])

  // The store of this test is the daemon's: it stays open for writing.
  let run = try lab.run("incident", "acknowledge", "inc_aa2", "--note", "announced by phone", "--by", "kim")
  #expect(run.code == 0)
  #expect(run.out == "inc_aa2\n")
  #expect(run.err.contains("the daemon closes this incident within seconds"))
  let pending = try await lab.store.pendingAcknowledgements()
  #expect(pending.map(\.note) == ["announced by phone"])
  let list = try lab.run("incident", "list")
  #expect(list.out.contains("acknowledged"))
  #expect(list.out.contains("by kim: announced by phone"))
  #expect(!list.out.contains("inc_b1"))
  #expect(try lab.run("incident", "list", "--all").out.contains("inc_b1"))
  let lines = try lab.run("incident", "list", "--output", "jsonl").out.split(separator: "\n")
  let line = try #require(lines.last)
  let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  #expect(object["kind"] as? String == "change")
  #expect(object["status"] as? String == "acknowledged")
  #expect((object["acknowledged"] as? [String: Any])?["by"] as? String == "kim")

  var change = Change(at: now())
  change.acknowledged = pending
  try await lab.store.commit(change)
  #expect(try await lab.store.pendingAcknowledgements() == [])
}

@Test func withoutADaemonAnAcknowledgementWaitsForIt() async throws {
  let lab = try await Lab(watched: .seconds(3600))
  defer { lab.remove() }
  try await lab.store.commit(try incident("inc_1", .condition, at: now() - .seconds(60)))
  try lab.store.close()
  let run = try Run(
    ["incident", "acknowledge", "inc", "--note", "the partner is called"],
    environment: ["SELECTORD_CONFIG": lab.folder.appendingPathComponent("config.json").path, "SUDO_USER": "alex"])
  #expect(run.code == 0)
  #expect(run.err.contains("stays open until the fault is fixed; the daemon stops its reminders when it runs again"))
  let again = try SQLiteHistory(path: lab.folder.appendingPathComponent("history.sqlite").path, mode: .readWrite)
  #expect(try await again.pendingAcknowledgements().map(\.by) == ["alex"])
}

@Test func aSilenceIsAddedListedAndEndedBesideTheDaemon() async throws {
  let lab = try await Lab()
  defer { lab.remove() }
  #expect(try lab.run("silence", "list").err.contains("no active silences"))
  for (arguments, text) in [
    (["--for", "2h", "--reason", "x"], "at least one of --domain"),
    (["--domain", "a b", "--for", "2h", "--reason", "x"], "--domain"),
    (["--domain", "*", "--for", "2h", "--reason", " "], "--reason must not be empty"),
    (["--domain", "*", "--for", "never", "--reason", "x"], "is not a time"),
    (["--domain", "*", "--for", "2020-01-01", "--reason", "x"], "in the past"),
    (["--type", "selector.mising", "--for", "2h", "--reason", "x"], "did you mean 'selector.missing'?"),
    (["--label", "team", "--for", "2h", "--reason", "x"], "has no name and value"),
  ] {
    let run = try lab.run(arguments: ["silence", "add"] + arguments)
    #expect(run.code == 64, "\(arguments)")
    #expect(run.err.contains(text), "\(run.err)")
  }
  let run = try lab.run(
    "silence", "add", "--domain", "*.bücher.example", "--selector", "s1", "--label", "team=mail", "--type",
    "selector.missing", "--for", "2h", "--reason", "the zone moves", "--by", "kim")
  #expect(run.code == 0, "\(run.err)")
  let silence = try #require(try await lab.store.silences(endingAfter: now()).first)
  #expect(run.out == silence.id + "\n")
  #expect(silence.matchers.domain == "*.xn--bcher-kva.example")
  #expect(silence.expiresAt - silence.createdAt == .seconds(7200))
  let list = try lab.run("silence", "list")
  #expect(list.out.contains(silence.id) && list.out.contains("the zone moves") && list.out.contains("team=mail"))
  let lines = try lab.run("silence", "list", "--output", "jsonl").out.split(separator: "\n")
  let line = try #require(lines.first)
  let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  #expect(object["by"] as? String == "kim")
  #expect(object["active"] as? Bool == true)
  #expect(try lab.run("silence", "expire", "sil_zz").err.contains("no active silence has the id sil_zz"))
  #expect(try lab.run("silence", "expire", String(silence.id.prefix(8))).code == 0)
  #expect(try await lab.store.silences(endingAfter: now()) == [])
  #expect(try lab.run("silence", "list", "--all").out.contains("ended"))
}
