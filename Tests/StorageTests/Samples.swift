// Samples that the storage tests share.

import Glibc
import Model
import Storage
import Testing

/// A directory of its own, removed when the value goes.
final class Scratch: Sendable {
  let directory: String
  var database: String { directory + "/history.sqlite" }

  init() throws {
    let template = "/tmp/selectord-test-XXXXXX"
    directory = try #require(
      template.withCString { text -> String? in
        guard let copy = strdup(text) else { return nil }
        defer { free(copy) }
        return mkdtemp(copy).map { String(cString: $0) }
      })
  }

  deinit {
    guard let listing = opendir(directory) else { return }
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      unlink(directory + "/" + name)
    }
    closedir(listing)
    rmdir(directory)
  }

  func open(_ mode: SQLiteHistory.Mode = .readWrite) throws -> SQLiteHistory {
    try SQLiteHistory(path: database, mode: mode, patience: .milliseconds(50))
  }
}

func key(_ name: String) throws -> KeyName {
  try #require(KeyName(keyName: try DomainName(name)))
}

/// Seconds after the time at which all samples begin.
func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_795_464_000 + seconds) }

extension Answer {
  static func published(_ text: String = "v=DKIM1; p=AAAA", number: UInt64 = 1) -> Answer {
    Answer(
      outcome: .records, rcode: .noError, records: [TextRecord(strings: [Array(text.utf8), [0, 255, 34]])], ttl: 300,
      authoritative: true, extendedErrors: [ExtendedError(code: 3, text: "Stale Answer")], transport: .tcp,
      roundTrip: .microseconds(12_300), digest: Digest(high: number, low: .max))
  }

  static func absent() throws -> Answer {
    Answer(
      outcome: .nxdomain, rcode: .nameError, cname: [try DomainName("a\\032b.example"), try DomainName("b.example")],
      viaDNAME: true, negativeTTL: 60, authenticated: true, truncated: true, digest: Digest(high: 2, low: 2))
  }

  static let timeout = Answer(outcome: .failed(.timeout), digest: Digest(high: 3, low: 3))
}

func sighting(
  _ key: KeyName, _ answer: Answer, at time: Timestamp, view: String = "authoritative", server: String = "ns1.example"
) -> Sighting {
  Sighting(key: key, view: view, server: server, endpoint: Endpoint("192.0.2.1"), answer: answer, at: time)
}

/// A change with an event, its incident and its delivery.
func alarm(_ number: Int, at time: Timestamp, receiver: String = "postmaster") throws -> Change {
  var change = Change(at: time)
  var event = Event(
    id: "evt_\(number)", type: .selectorMissing, at: time, verdict: .critical, summary: "the key \(number) is gone")
  event.domain = try DomainName("example.org")
  event.selector = try DomainName("s\(number)")
  event.incident = "inc_\(number)"
  change.events = [event]
  change.incidents = [
    Incident(
      id: "inc_\(number)", subject: "s\(number)._domainkey.example.org", openedAt: time, openedBy: event.id,
      verdict: .critical, toldAt: time)
  ]
  change.deliveries = [Delivery(id: "dlv_\(number)", event: event.id, receiver: receiver, createdAt: time)]
  return change
}
