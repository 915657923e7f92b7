// Configurations that load: what they come to, and what they warn of.

import Model
import TestSupport
import Testing

@testable import Config

private let folder = fixtures("config")

@Suite struct ValidTests {
  @Test func watchListsGiveWatchesAndWarnings() throws {
    let (configuration, issues) = load(folder + "/valid-list.json")
    let loaded = try #require(configuration, "\(issues)")
    #expect(
      loaded.watches.map { "\(InternationalName.display($0.key.name)) \(DurationText.print($0.interval))" } == [
        "s1._domainkey.example.org 15m", "s1._domainkey.example.com 2h", "s2._domainkey.example.com 2h",
        "s3._domainkey.example.com 2h",
        "s1._domainkey.bücher.example 2h", "s2026.mail._domainkey.example.net 2h",
        "k1._domainkey.packed.example 1h", "k2._domainkey.packed.example 1h",
      ])
    #expect(loaded.watches[1].labels == ["from": "list"])
    #expect(loaded.watches[5].labels == ["from": "list", "contact": "hostmaster@example.net"])
    #expect(loaded.watches[5].note == "Moves in May.")
    #expect(loaded.watchLists.map(\.watches) == [1..<6, 6..<8])
    expectGolden(described(issues, without: folder), "list-warnings.txt")
  }

  @Test(arguments: fixtureNames("valid-")) func schemaAndDecoderAgree(_ name: String) throws {
    let bytes = try ConfigurationFile.read("\(folder)/\(name).json").bytes
    var reader = JSONReader(bytes)
    let document = try reader.document()
    #expect(try SchemaValidator(schema: ConfigurationSchema.document).accepts(document))
    let (configuration, issues) = load("\(folder)/\(name).json")
    #expect(configuration != nil, "\(issues)")
  }

  @Test func recordSetsAreWatchesToo() throws {
    let (configuration, issues) = load(folder + "/valid-record-sets.json")
    let loaded = try #require(configuration, "\(issues)")
    #expect(issues.isEmpty)
    #expect(
      loaded.watches.map(\.key.description) == [
        "mx._domainkey.example.org", "example.org MX", "_dmarc.xn--bcher-kva.example TXT", "com DS",
        "mx._domainkey.example.org CNAME",
      ])
    #expect(loaded.watches.map(\.key.isKey) == [true, false, false, false, false])
    #expect(loaded.watches[1].expectation == Expectation(values: ["10 mx1.example.org"]))
    #expect(loaded.watches[1].interval == .seconds(300) && loaded.watches[2].note == "n")
    #expect(loaded.watches[2].expectation == Expectation(contains: ["v=DMARC1; p=reject"]))
    #expect(loaded.watches[3].views == ["authoritative"] && !loaded.watches[3].isOurs)
    #expect(loaded.watches[4].expectation == Expectation(state: .missing))
  }

  @Test func auditsLoad() throws {
    let (configuration, issues) = load(folder + "/valid-audits.json")
    let loaded = try #require(configuration, "\(issues)")
    // A domain that is audited is something to do.
    #expect(issues.isEmpty)
    #expect(
      loaded.audits == [
        Configuration.Audit(domain: try DomainName("example.org")),
        Configuration.Audit(
          domain: try DomainName("xn--bcher-kva.example"), interval: .seconds(43_200),
          selectors: [try DomainName("s1")], ignore: ["ns-one-network"], isOurs: false, labels: ["team": "mail"],
          note: "n"),
      ])
    #expect(loaded.shownText().contains("\"domain\": \"bücher.example\""))
  }

  @Test func anIgnoredCheckThatThereIsNotIsWorthAWarning() throws {
    let (_, warnings) = try Configuration.load(
      path: folder + "/valid-audits.json", environment: [:], auditRules: ["ns-one-networks", "spf-missing"],
      fingerprint: standInFingerprint)
    #expect(
      warnings.map(\.description).joined().contains(
        "no check of the audit has the id \"ns-one-network\"; did you mean 'ns-one-networks'?"))
  }

  @Test func oddFormsLoad() throws {
    let (configuration, issues) = load(folder + "/valid-odd.json")
    let loaded = try #require(configuration, "\(issues)")
    #expect(issues.isEmpty)
    #expect(loaded.policy.remindAfter == nil && loaded.retention == .seconds(365 * 86_400))
    #expect(loaded.policy.acceptChangesAfter == nil && loaded.watches.map(\.isOurs) == [true, false, true, true])
    #expect(loaded.policy.confirmTimes == 0 && loaded.jitter == 0.125)
    #expect(
      loaded.views.map(\.source) == [
        .resolver(Endpoint(.v4(0x7F00_0001), port: 5301), .tcp),
        .resolver(Endpoint(.v6(high: 0x2001_0db8_0000_0000, low: 1), port: 5353), .udp),
        .https(url: "https://dns.example/dns-query"),
        .authoritative(rootHints: [.v4(0x7F00_0035), .v6(high: 0, low: 1)], port: 5300),
        .system(resolvConf: folder + "/resolv.conf"),
      ])
    #expect(loaded.views[0].timeout == .milliseconds(250) && loaded.views[0].retries == 0 && loaded.views[3].rate == 7)
    #expect(loaded.watches[0].key.description == "mail.s1._domainkey.xn--bcher-kva.example")
    #expect(loaded.watches[0].views == ["tcp", "Büro"] && loaded.watches[0].note == "Line\nbreak \u{1F511}")
    #expect(loaded.watches[1].expectation == Expectation(state: .revoked))
    #expect(loaded.watches[2].expectation.fingerprint == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")
    #expect(loaded.receivers[0].domains == ["xn--bcher-kva.example", "*.example.org"])
    #expect(loaded.receivers[1].domains.isEmpty && loaded.receivers[1].allowPrivate)
    #expect(loaded.database == folder + "/history/selectord.sqlite")
  }

  @Test func aRotationWatchesBothSelectors() throws {
    let (configuration, issues) = try load(
      text: """
        {"watches": [{"domain": "example.org", "selectors": ["s1", "other"], "interval": "1m",
                      "rotation": {"from": "s1", "to": "s2", "key": "MII"}}]}
        """)
    let watches = try #require(configuration, "\(issues)").watches
    #expect(watches.map(\.key.selector.description) == ["s1", "other", "s2"])
    #expect(watches.map(\.interval) == [.seconds(60), .seconds(60), .seconds(60)])
    #expect(watches[0].rotation == watches[2].rotation && watches[1].rotation == nil)
    let rotation = try #require(watches[0].rotation)
    #expect(rotation.old == watches[0].key && rotation.new == watches[2].key)
    #expect(rotation.fingerprint?.hasPrefix("SHA256:") == true)
    let shown = try #require(configuration?.shownText())
    let again = try #require(try load(text: shown).configuration).watches
    #expect(Set(again) == Set(watches))
  }

  @Test func ratesThatCannotBeMetAreWarnedOf() throws {
    let selectors = (0..<200).map { "\"s\($0)\"" }.joined(separator: ", ")
    let (configuration, issues) = try load(
      text: """
        {"interval": "1s", "views": [
           {"name": "google", "type": "resolver", "address": "8.8.8.8"},
           {"name": "slow", "type": "resolver", "address": "8.8.4.4", "rate": 10},
           {"name": "fast", "type": "resolver", "address": "1.1.1.1", "rate": 2000},
           {"name": "authoritative", "type": "authoritative"}],
         "watches": [{"domain": "example.org", "selectors": [\(selectors)]},
                     {"domain": "example.net", "selectors": ["a"], "views": ["fast"]}]}
        """)
    #expect(configuration != nil)
    expectGolden(described(issues, without: "?"), "rate-warnings.txt")
  }

  @Test func aWarningAboutADefaultHasNoLine() throws {
    let selectors = (0..<101).map { "\"s\($0)\"" }.joined(separator: ", ")
    let (_, issues) = try load(
      text: """
        {"interval": "1s", "watches": [{"domain": "a.example", "selectors": [\(selectors)], "views": ["google"]}]}
        """)
    #expect(
      issues.map(\.description) == [
        "config.json: views[1].rate: 101 watches over the view \"google\" need 101 questions a second at their "
          + "intervals, but its rate allows 100; raise 'rate' or the intervals"
      ])
  }

  @Test func zonesAreCountedEachOnItsOwn() throws {
    let watches = (0..<100).map { "{\"domain\": \"d\($0).example\", \"selectors\": [\"s\"]}" }.joined(separator: ",\n")
    let (_, issues) = try load(
      text: """
        {"interval": "1s", "views": [{"name": "authoritative", "type": "authoritative"}], "watches": [\(watches)]}
        """)
    #expect(issues.isEmpty)
  }
}

@Suite struct SecretTests {
  private func receiver(_ url: String, secret: String? = nil) -> String {
    """
    {"watches": [{"domain": "example.org", "selectors": ["s"]}],
     "receivers": [{"name": "a", "format": "generic", "url": \(url)\(secret.map { ", \"secret\": \($0)" } ?? "")}]}
    """
  }

  @Test func aFileLosesItsLastLineBreaksOnly() throws {
    try withFolder { folder in
      try write("https://a.example/ token \r\n\n".utf8.filter { $0 != 0x20 }, to: folder + "/url", mode: 0o600)
      try write(receiver("{\"file\": \"url\"}").utf8, to: folder + "/config.json")
      let (configuration, issues) = load(folder + "/config.json")
      #expect(issues.isEmpty)
      #expect(configuration?.receivers[0].url.reveal() == "https://a.example/token")
    }
  }

  @Test func aFileThatAllCanReadIsWarnedOf() throws {
    try withFolder { folder in
      try write("https://a.example/\n".utf8, to: folder + "/url", mode: 0o644)
      try write(receiver("{\"file\": \"\(folder)/url\"}").utf8, to: folder + "/config.json")
      let (configuration, issues) = load(folder + "/config.json")
      #expect(configuration != nil)
      #expect(
        described(issues, without: folder) == """
          config.json:2:67: receivers[0].url.file: every user of this machine can read the secret in "url"; run chmod \
          o-r on it

          """)
    }
  }

  @Test func credentialsComeFromTheirDirectory() throws {
    try withFolder { folder in
      try write("https://a.example/\n".utf8, to: folder + "/hook", mode: 0o644)
      let (configuration, issues) = try load(
        text: receiver("{\"credential\": \"hook\"}"), environment: ["CREDENTIALS_DIRECTORY": folder])
      #expect(issues.isEmpty)
      #expect(configuration?.receivers[0].url.reveal() == "https://a.example/")
      let (none, refusals) = try load(
        text: receiver("{\"credential\": \"../hook\"}"), environment: ["CREDENTIALS_DIRECTORY": folder])
      #expect(
        none == nil
          && refusals.map(\.message) == ["\"../hook\" is not a valid name of a credential; expected one without '/'"])
    }
  }

  @Test(arguments: [
    ("http://127.0.0.1:8080/", true), ("https://localhost/x", true), ("http://[::1]:80/", true),
    ("http://10.0.0.1", true), ("https://user@192.168.1.1/", true), ("https://hooks.example/", false),
    ("https://8.8.8.8/", false),
  ]) func aPrivateTargetIsWarnedOf(_ url: String, _ isPrivate: Bool) throws {
    let (configuration, issues) = try load(text: receiver("\"\(url)\""))
    #expect(configuration != nil)
    #expect(issues.map(\.path) == (isPrivate ? ["receivers[0].url"] : []))
  }

  @Test func noMessageTellsASecret() throws {
    let (_, issues) = try load(text: receiver("\"gopher://s3cr3t.example/\"", secret: "\"whsec_s3cr3t!\""))
    #expect(issues.count == 2)
    #expect(!issues.contains { $0.description.contains("s3cr3t") })
  }

  @Test(arguments: [
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "plain words",
  ])
  func signingSecretsLoad(_ secret: String) throws {
    let (configuration, _) = try load(text: receiver("\"https://a.example/\"", secret: "\"\(secret)\""))
    #expect(configuration?.receivers[0].secret?.reveal() == secret)
  }

  @Test(arguments: ["whsec_", "whsec_A", "whsec_AAA", "whsec_A=AA", "whsec_AA===", "whsec_A-_A"])
  func brokenSigningSecretsAreRefused(_ secret: String) throws {
    let (configuration, issues) = try load(text: receiver("\"https://a.example/\"", secret: "\"\(secret)\""))
    #expect(configuration == nil && issues.map(\.path) == ["receivers[0].secret"])
  }
}
