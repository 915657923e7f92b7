// Which watches are quiet, and what is held of them.

import Model
import Tables
import TestSupport
import Testing

@Suite struct QuietTableTests {
  private static let at = Timestamp(seconds: 1_800_000_000)

  private static func key(_ selector: String = "s1") throws -> KeyName {
    try KeyName(selector: DomainName(selector), domain: DomainName("mail.example.org"))
  }

  /// A key that has been published for a while.
  private static func memory() throws -> WatchMemory {
    var memory = WatchMemory()
    memory.state = .published
    memory.verdict = .ok
    memory.summary = "published, RSA with 2048 bits"
    memory.since = at
    memory.keySince = at
    memory.changedAt = at
    memory.zone = try DomainName("example.org")
    memory.findings = [Finding(rule: "testing-flag", severity: .info, text: "a", evidence: "b", remedy: "c")]
    memory.snapshot = Event.Snapshot(
      state: .published, verdict: .ok, outcome: "records", records: ["v=DKIM1; p=abc"],
      key: KeySummary(type: .rsa, bits: 2048, fingerprint: "SHA256:x", revoked: false, testing: false))
    memory.lastGood = Event.LastGood(at: at, records: ["v=DKIM1; p=abc"])
    return memory
  }

  @Test func theOutlineHasWhatIsCounted() throws {
    var table = QuietTable()
    #expect(table.put(try Self.memory(), of: try Self.key()))
    let outline = try #require(table.outline(of: try Self.key()))
    #expect(
      outline.state == .published && outline.verdict == .ok && outline.since == Self.at && outline.keySince == Self.at)
    #expect(outline.zone == (try DomainName("example.org")))
    #expect(outline.findings.map(\.rule) == ["testing-flag"] && outline.findings.map(\.text) == [""])
    #expect(outline.snapshot?.key?.bits == 2048 && outline.snapshot?.records == [])
    #expect(table.tally.map(\.count) == [1])
  }

  @Test func watchesOfOneKindShareIt() throws {
    var table = QuietTable()
    for number in 0..<50 {
      var memory = try Self.memory()
      memory.lastGood?.records = ["v=DKIM1; p=\(number)"]
      memory.snapshot?.records = ["v=DKIM1; p=\(number)"]
      memory.snapshot?.key?.fingerprint = "SHA256:\(number)"
      #expect(table.put(memory, of: try Self.key("s\(number)")))
    }
    #expect(table.tally.map(\.count) == [50])
    table.filter { $0 != (try? Self.key("s7")) }
    #expect(table.tally.map(\.count) == [49] && table.count == 49)
    table.remove(try Self.key("s8"))
    let removed = try Self.key("s8")
    #expect(table.tally.map(\.count) == [48] && table.outline(of: removed) == nil)
  }

  /// What is read again must be what was written when it became quiet: later it may be an older one.
  @Test func eachTimeHasAStampOfItsOwn() throws {
    var table = QuietTable()
    table.put(try Self.memory(), of: try Self.key())
    let first = try table.stamp(of: Self.key())
    table.put(try Self.memory(), of: try Self.key())
    let second = try table.stamp(of: Self.key())
    #expect(first != nil && second != first)
  }

  /// One thing that is under way, each.
  private static let stirrings: [(String, @Sendable (inout WatchMemory) -> Void)] = [
    ("pending", { $0.state = .pending }),
    ("suspicion", { $0.suspicion = Confirmation(evidence: "", at: at) }),
    ("warning", { $0.warning = Confirmation(evidence: "", at: at) }),
    ("toldWarnings", { $0.toldWarnings = ["x"] }),
    ("caches", { $0.caches = [CacheClock(view: "local", server: "a", holding: .key, until: at)] }),
    ("openIncident", { $0.openIncident = incident }),
    ("openChange", { $0.openChange = incident }),
    ("openSilence", { $0.openSilence = incident }),
    ("wavering", { $0.wavering = Wavering(since: at) }),
    ("serverFinding", { $0.serverFinding = $0.findings.first }),
    ("explanation", { $0.explanation = .init(diagnosis: Diagnosis(cause: "", evidence: [], remedy: "")) }),
    ("rotation", { $0.rotation = RotationMemory(subject: "x") }),
    ("another answer", { $0.lastGood?.records = ["v=DKIM1; p=old"] }),
  ]

  private static let incident = Incident(
    id: "inc_1", subject: "x", openedAt: at, openedBy: "evt_1", verdict: .critical, toldAt: at)

  @Test(arguments: stirrings.indices) func whatIsUnderWayIsHeldWhole(_ index: Int) throws {
    var memory = try Self.memory()
    Self.stirrings[index].1(&memory)
    var table = QuietTable()
    table.put(try Self.memory(), of: try Self.key())
    let isTaken = table.put(memory, of: try Self.key())
    #expect(!isTaken, "\(Self.stirrings[index].0)")
    #expect(table.count == 0 && table.tally.isEmpty)
  }

  /// A field that is new must be thought of.
  @Test func everyFieldOfTheMemoryIsKnown() throws {
    let fields = Set(Mirror(reflecting: WatchMemory()).children.compactMap(\.label))
    let plain: Set = [
      "state", "verdict", "summary", "since", "keySince", "changedAt", "snapshot", "lastGood", "findings", "zone",
    ]
    #expect(fields == plain.union(Self.stirrings.map(\.0)).subtracting(["pending", "another answer"]))
  }

  @Test func aZoneThatIsNotAboveTheNameIsHeldWhole() throws {
    var memory = try Self.memory()
    memory.zone = try DomainName("example.net")
    var table = QuietTable()
    #expect(!table.put(memory, of: try Self.key()))
  }
}
