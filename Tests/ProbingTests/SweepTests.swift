// Sweeps: what is asked again, and what counts as a difference.

import DNS
import Model
import Synchronization
import Testing

@testable import Probing

@Suite struct SweepTests {
  static let base = AuthoritativeViewTests.base
  static let zone = AuthoritativeViewTests.zone
  static let good = base + "server 10.0.2.1,10.0.2.2\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=A\n"
  static let alias =
    ChainTests.base + """
      s1._domainkey.example.test CNAME k.vendor.other
      server 10.0.3.1,10.0.3.2
      zone vendor.other
      vendor.other NS ns1.vendor.other
      vendor.other NS ns2.vendor.other
      k.vendor.other TXT v=DKIM1; p=A

      """

  struct Change: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var before: String
    var after: String
    var differs: Bool
  }

  static let changes: [Change] = [
    Change(testDescription: "nothing", before: good, after: "", differs: false),
    Change(testDescription: "nothing, with a CNAME", before: alias, after: "", differs: false),
    Change(
      testDescription: "only the serial", before: good,
      after: "server 10.0.2.1\nzone example.test serial=99\ns1._domainkey.example.test TXT v=DKIM1; p=A", differs: false
    ),
    Change(
      testDescription: "one server lost the key", before: good, after: "server 10.0.2.2\n" + zone, differs: true),
    Change(
      testDescription: "one server has another key", before: good,
      after: "server 10.0.2.2\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=B", differs: true),
    Change(testDescription: "one server died", before: good, after: "server 10.0.2.2 dead", differs: true),
    Change(
      testDescription: "a dead server that stays dead", before: good + "server 10.0.2.2 dead", after: "", differs: false
    ),
    Change(
      testDescription: "a refusing server that goes on", before: good + "server 10.0.2.2 refused", after: "",
      differs: false),
    Change(
      testDescription: "a refusing server that mends its ways", before: good + "server 10.0.2.2 refused",
      after: "server 10.0.2.2\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=A", differs: true),
    Change(
      testDescription: "a server of the CNAME's target lost the key", before: alias,
      after: "server 10.0.3.2\nzone vendor.other", differs: true),
    Change(
      testDescription: "the delegation moved, the old servers still answer", before: good,
      after: "server 10.0.1.1\nzone test\nexample.test NS ns9.test\nns9.test A 10.0.2.9", differs: true),
    Change(
      testDescription: "a server got another address", before: good,
      after:
        "server 10.0.1.1\nzone test\nexample.test NS ns1.example.test\nexample.test NS ns2.example.test\nns1.example.test A 10.0.2.1\nns2.example.test A 10.0.2.3",
      differs: true),
    Change(
      testDescription: "the delegation of the CNAME's target moved", before: alias,
      after: "server 10.0.9.1\nzone other\nvendor.other NS ns9.other\nns9.other A 10.0.3.9", differs: true),
    Change(
      testDescription: "the domain is gone", before: good, after: "server 10.0.1.1\nzone test", differs: true),
    Change(
      testDescription: "the parent is dead: the zone's own servers still answer", before: good,
      after: "server 10.0.1.1 dead", differs: false),
    Change(
      testDescription: "a domain that did not exist",
      before: "server 10.0.0.1\nzone .\ntest NS ns.test\nns.test A 10.0.1.1\nserver 10.0.1.1\nzone test",
      after: good, differs: true),
    Change(
      testDescription: "a way that could not be gone is tried again", before: "server 10.0.0.1 dead", after: "",
      differs: true),
  ]

  @Test(arguments: changes)
  func finds(_ change: Change) async throws {
    let internet = Internet(change.before)
    let prober = internet.prober()
    let request = LookRequest(key: try key())
    _ = await prober.look(at: [request])
    internet.advance(.seconds(60))
    internet.change(change.after)
    #expect(await prober.sweep([request]).differing == (change.differs ? [request.key] : []))
  }

  @Test func aLookSettlesADifference() async throws {
    let internet = Internet(Self.good)
    let prober = internet.prober()
    let request = LookRequest(key: try key())
    _ = await prober.look(at: [request])
    internet.change(
      "server 10.0.1.1\nzone test\nexample.test NS ns9.test\nns9.test A 10.0.2.9\nserver 10.0.2.9\n" + Self.zone)
    internet.advance(.seconds(5))
    #expect(await prober.sweep([request]).differing == [request.key])
    let looks = await prober.look(at: [request])
    #expect(looks[0].views[0].delegation?.servers == [name("ns9.test")])
    internet.advance(.seconds(5))
    #expect(await prober.sweep([request]).differing.isEmpty)
  }

  /// What the old servers said of themselves is still cached when the delegation has moved on.
  @Test func formerServersAreNotAskedAfterAMove() async throws {
    let internet = Internet(Self.good)
    let prober = internet.prober()
    let key = try key()
    _ = await prober.look(at: [LookRequest(key: key)])
    internet.change(
      """
      server 10.0.1.1
      zone test
      example.test NS ns9.test
      ns9.test A 10.0.2.9
      server 10.0.2.9
      zone example.test
      example.test NS ns9.test
      """)
    internet.advance(.seconds(5))
    let looks = await prober.look(at: [LookRequest(key: key, isConfirming: true)])
    #expect(looks[0].views[0].servers.map(\.server) == ["ns9.test"])
  }

  @Test func namesKeysThatWereNeverLookedAt() async throws {
    let prober = Internet(Self.good).prober()
    #expect(await prober.sweep([.init(key: try key())]) == Sweep(differing: [try key()]))
  }

  @Test func talliesViews() async throws {
    let views = [
      View(name: "one", source: .resolver(Endpoint(.v4(0x0A08_0801)), .udp)),
      View(name: "two", source: .resolver(Endpoint(.v4(0x0A08_0802)), .udp)),
    ]
    let zone = "zone .\ns1._domainkey.example.test TXT v=DKIM1; p=A\n"
    let internet = Internet("server 10.8.8.1,10.8.8.2 resolver\n" + zone)
    let prober = internet.prober(views)
    let requests = try ["example.test", "gone.test"].map { LookRequest(key: try key($0)) }
    _ = await prober.look(at: requests)
    internet.change("server 10.8.8.2 dead")
    let sweep = await prober.sweep(requests)
    #expect(sweep.tallies == ["one": .init(asked: 2), "two": .init(asked: 2, failed: 2)])
    #expect(sweep.differing == requests.map(\.key))
    let partly = await prober.sweep(requests.map { .init(key: $0.key, views: ["one"]) })
    #expect(partly == Sweep(tallies: ["one": .init(asked: 2)]))
  }

  @Test func asksEachParentOnceForManyKeys() async throws {
    let internet = Internet(Self.good)
    let prober = internet.prober()
    let requests = try (0..<100).map { LookRequest(key: try key(selector: "s\($0)")) }
    _ = await prober.look(at: requests)
    internet.advance(.seconds(60))
    _ = internet.takeAsked()
    #expect(await prober.sweep(requests).differing.isEmpty)
    let asked = internet.takeAsked()
    #expect(asked.count { $0.endpoint == Endpoint("10.0.1.1") } == 1)
    #expect(asked.count { $0.expected != nil } == 200)
    #expect(asked.count == 201)
  }

  @Test func tellsProgress() async throws {
    let seen = Mutex([Int]())
    let prober = Internet(Self.good).prober()
    let requests = try (0..<10).map { LookRequest(key: try key(selector: "s\($0)")) }
    _ = await prober.look(at: requests) { done, total in
      seen.withLock { $0.append(done) }
      #expect(total == 10)
    }
    #expect(seen.withLock { $0.sorted() } == Array(1...10))
  }

  @Test func namesEachDifferingKeyOnceAsSoonAsItIsKnown() async throws {
    let internet = Internet(Self.good + "server 10.0.2.2 dead")
    let prober = internet.prober()
    let requests = try (0..<5).map { LookRequest(key: try key(selector: "s\($0)")) }
    _ = await prober.look(at: requests)
    internet.change(Self.good)
    let seen = Mutex([KeyName]())
    let sweep = await prober.sweep(requests) { key, _ in seen.withLock { $0.append(key) } }
    #expect(sweep.differing == requests.map(\.key))
    #expect(seen.withLock { $0.sorted() } == sweep.differing)
  }

  @Test func keysOfAZoneShareWhatTheyHaveInCommon() async throws {
    let internet = Internet(
      Self.good + (0..<100).map { "k\($0)._domainkey.example.test TXT v=DKIM1; p=\($0)" }.joined(separator: "\n"))
    let prober = internet.prober()
    let requests = try (0..<100).map { LookRequest(key: try key(selector: "k\($0)")) }
    _ = await prober.look(at: requests)
    #expect(prober.baseline.withLock { $0.profileCount } == 1)
    prober.forget(except: [])
    #expect(prober.baseline.withLock { $0.profileCount } == 0)
  }

  @Test func forgetsKeys() async throws {
    let prober = Internet(Self.good).prober()
    let request = LookRequest(key: try key())
    _ = await prober.look(at: [request])
    prober.forget(except: [])
    #expect(await prober.sweep([request]).differing == [request.key])
  }
}
