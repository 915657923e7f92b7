// The memory that a daemon starts with: quiet watches as outlines, told by SQLite as Swift would tell them.

import Model
import Storage
import Tables
import Testing

@Suite struct OutlineTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func published(_ number: Int) throws -> WatchMemory {
    var memory = WatchMemory()
    memory.state = .published
    memory.verdict = .ok
    memory.summary = "published, RSA with 2048 bits"
    memory.since = time(Int64(number))
    memory.keySince = time(Int64(number) + 1)
    memory.zone = try DomainName("example.org")
    memory.snapshot = Event.Snapshot(
      state: .published, verdict: .ok, outcome: "records", records: ["v=DKIM1; p=\(number)"],
      key: KeySummary(type: .rsa, bits: 2048, fingerprint: "SHA256:\(number)", revoked: false, testing: false))
    memory.lastGood = Event.LastGood(at: time(Int64(number)), records: ["v=DKIM1; p=\(number)"])
    return memory
  }

  /// Whatever is held whole is what `memory` gives, and of the rest the table has what Swift makes of it.
  @Test func sqliteAndSwiftAgreeOnWhatIsQuiet() async throws {
    var change = Change(at: time(0))
    for number in 0..<12 {
      var memory = try published(number)
      switch number {
      case 1: memory.state = .missing
      case 2: memory.suspicion = Model.Confirmation(evidence: "x", at: time(1))
      case 3: memory.caches = [CacheClock(view: "a", server: "b", holding: .key, until: time(9))]
      case 4: memory.lastGood?.records = ["v=DKIM1; p=old"]
      case 5: memory.toldWarnings = ["x"]
      case 6: memory.wavering = Wavering(since: time(3))
      case 7: memory.lastGood = nil
      case 8: memory.zone = nil
      case 9: memory.snapshot?.key = nil
      case 10: memory.since = nil
      default: break
      }
      change.watches[try key("s\(number)._domainkey.example.org")] = memory
    }
    let mx = KeyName(recordSet: try DomainName("example.org"), .mx)
    change.watches[mx] = try published(20)
    let history = try scratch.open()
    try await history.commit(change)

    let outlined = try await history.outlinedMemory()
    #expect(outlined.watches.count + outlined.quiet.count == change.watches.count)
    for (key, memory) in change.watches {
      var table = QuietTable()
      table.put(memory, of: key)
      if let outline = outlined.quiet.outline(of: key) {
        #expect(outline == table.outline(of: key), "\(key)")
      } else {
        #expect(outlined.watches[key] == memory, "\(key)")
        #expect(table.count == 0 || memory.state != .published || memory.lastGood == nil, "\(key) is quiet")
      }
      #expect(try await history.memory(of: key) == memory)
    }
    #expect(outlined.quiet.count == 6)
    #expect(try await history.memory(of: try key("none._domainkey.example.org")) == nil)
  }

  /// A watch that an interrupted look left without a memory, or with findings, is no outline.
  @Test func findingsAreReadWhole() async throws {
    var change = Change(at: time(0))
    var memory = try published(1)
    memory.findings = [Finding(rule: "testing-flag", severity: .info, text: "a", evidence: "b", remedy: "c")]
    change.watches = [
      try key("s1._domainkey.example.org"): memory, try key("s2._domainkey.example.org"): WatchMemory(),
    ]
    let history = try scratch.open()
    try await history.commit(change)
    let outlined = try await history.outlinedMemory()
    #expect(outlined.watches == change.watches && outlined.quiet.count == 0)
  }
}
