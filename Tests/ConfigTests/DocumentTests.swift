// The schema, the example and the documentation: one table, held together here.

import Model
import TestSupport
import Testing

@testable import Config

private let root = fixtures("../..")

/// All tables of keys.
private let tables: [[any AnySetting]] = [
  ConfigurationSettings.all, [ConfigurationSettings.times, ConfigurationSettings.after],
  [ConfigurationSettings.level, ConfigurationSettings.format],
  [
    ViewSettings.name, ViewSettings.type, ViewSettings.resolvConf, ViewSettings.address, ViewSettings.url,
    ViewSettings.transport,
    ViewSettings.rootHints, ViewSettings.port, ViewSettings.timeout, ViewSettings.retries, ViewSettings.rate,
    ViewSettings.authoritativeRate,
  ],
  [WatchSettings.domain, WatchSettings.selectors, WatchSettings.rotation, WatchSettings.file] + WatchSettings.shared,
  [WatchSettings.from, WatchSettings.to, WatchSettings.rotatedKey], [ConfigurationSettings.proofSecret],
  [WatchSettings.state, WatchSettings.key, WatchSettings.fingerprint, WatchSettings.minimumBits], ReceiverSettings.all,
  [RecordSetSettings.name, RecordSetSettings.type, RecordSetSettings.expect],
  [RecordSetSettings.values, RecordSetSettings.contains, RecordSetSettings.absent],
  [AuditSettings.domain, AuditSettings.interval, AuditSettings.selectors, AuditSettings.ignore],
  QuietSettings.all,
  [MailSettings.logs, MailSettings.reports, MailSettings.messages, MailSettings.learn, MailSettings.authserv],
  [MailSettings.file, MailSettings.journal, MailSettings.format, MailSettings.directory, MailSettings.maildirPath],
  [
    MailSettings.watch, MailSettings.minimumMessages, MailSettings.domains, MailSettings.forgetAfter,
    MailSettings.maximum,
  ],
  HTTPSettings.all, [NotifySettings.listen, NotifySettings.from],
]

@Suite struct SchemaTests {
  @Test func theFileHoldsTheSchema() {
    expectGolden(ConfigurationSchema.text, "../../../deploy/config.schema.json")
  }

  @Test func theTextIsJSON() throws {
    var reader = JSONReader(Array(ConfigurationSchema.text.utf8))
    #expect(try reader.document().text() + "\n" == ConfigurationSchema.text)
    #expect(reader.faults.isEmpty)
  }

  @Test func everyKeyIsDescribedWithExamples() {
    for key in tables.joined() {
      #expect(key.schema["description"]?.string?.isEmpty == false, "\(key.name)")
      #expect(key.schema["examples"]?.elements?.isEmpty == false, "\(key.name)")
    }
  }

  @Test func everyDefaultAndExampleIsAcceptedByDecoderAndSchema() throws {
    for key in tables.joined() {
      for sample in key.samples {
        var log = IssueLog(source: SourceText(file: "", bytes: []))
        #expect(key.read(sample, SourceLocation(path: key.name), &log), "\(key.name): \(sample.text()) \(log.errors)")
        #expect(log.errors.isEmpty, "\(key.name): \(log.errors)")
        let schema = JSONNode(
          .object((key.schema.members ?? []) + [.init("$defs", ConfigurationSchema.document["$defs"] ?? [:])]))
        #expect(try SchemaValidator(schema: schema).accepts(sample), "\(key.name): \(sample.text())")
      }
    }
  }
}

@Suite struct ExampleTests {
  private func loadBesideSecrets(_ text: String) throws -> ([ConfigurationIssue], Configuration?) {
    try withFolder { folder in
      try write(text.utf8, to: folder + "/config.json")
      try write("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n".utf8, to: folder + "/webhook-secret", mode: 0o600)
      try write("https://hooks.slack.example/services/T/B/X\n".utf8, to: folder + "/slack-webhook", mode: 0o600)
      try write("correct horse battery staple\n".utf8, to: folder + "/proof-secret", mode: 0o600)
      try write("0123456789abcdef0123456789abcdef\n".utf8, to: folder + "/token", mode: 0o600)
      try write("fedcba9876543210fedcba9876543210\n".utf8, to: folder + "/read-token", mode: 0o600)
      try write("0123456789abcdef\n".utf8, to: folder + "/alert-token", mode: 0o600)
      try write("{\"text\": \"{{headline}}\"}\n".utf8, to: folder + "/ticket.mustache")
      for list in ["customers", "partners"] { try write("example.com s1\n".utf8, to: folder + "/\(list).txt") }
      let (configuration, issues) = load(
        folder + "/config.json",
        environment: [
          "SLACK_WEBHOOK": "https://hooks.slack.example/services/T/B/X", "TICKETS_AUTHORIZATION": "Bearer abc",
          "ALERT_URL": "https://hooks.example.net/abc", "ALERT_TOKEN": "abcdef", "PUSHOVER_USER": "uvwxyz",
        ])
      return (issues, configuration)
    }
  }

  @Test func theExampleLoads() throws {
    let text = try #require(contents(ofFile: root + "/config.example.json"))
    let (issues, configuration) = try loadBesideSecrets(text)
    let loaded = try #require(configuration, "\(issues)")
    #expect(issues.isEmpty, "\(issues)")
    #expect(loaded.watches.count == 11 && loaded.views.count == 4 && loaded.receivers.count == 9)
    expectGolden(loaded.shownText().replacingFolders(), "shown-example.txt")
  }

  @Test func theExampleShowsEveryKey() throws {
    let text = try #require(contents(ofFile: root + "/config.example.json"))
    for key in tables.joined() { #expect(text.contains("\"\(key.name)\""), "\(key.name) is not in the example") }
  }

  /// What `config show` prints loads again, but for the secrets.
  @Test func whatIsShownLoadsAgain() throws {
    let text = try #require(contents(ofFile: root + "/config.example.json"))
    let (_, configuration) = try loadBesideSecrets(text)
    var bare = try #require(configuration)
    bare.receivers = []
    bare.watchLists = []
    bare.http?.token = nil
    bare.http?.readToken = nil
    let (again, issues) = try load(text: bare.shownText())
    let loaded = try #require(again, "\(issues)")
    // Watches of a list come after record sets; as watches of their own they come before.
    func sorted(_ watches: [Watch]) -> [Watch] { watches.sorted { $0.key < $1.key } }
    #expect(sorted(loaded.watches) == sorted(bare.watches) && loaded.http == bare.http)
    #expect(
      loaded.views == bare.views && loaded.interval == bare.interval && loaded.policy == bare.policy
        && loaded.retention == bare.retention)
  }

  @Test func noSecretIsShown() throws {
    let text = """
      {"watches": [{"domain": "example.org", "selectors": ["s"]}],
       "receivers": [{"name": "a", "format": "generic", "url": "https://a.example/s3cr3t", "secret": "s3cr3t",
                      "headers": {"X-Token": "s3cr3t"}}]}
      """
    let loaded = try #require(try load(text: text).configuration)
    #expect(!loaded.shownText().contains("s3cr3t"))
    #expect(loaded.shownText().contains("<hidden>"))
    #expect(!"\(loaded)".contains("s3cr3t"))
  }

  @Test(arguments: [
    ("docs/configuration.md", 5), ("README.md", 1), ("docs/alert-receivers.md", 15), ("docs/watch-partners.md", 1),
    ("docs/be-told-at-once.md", 1), ("docs/rotate-a-key.md", 1), ("docs/watch-any-record.md", 1), ("docs/pages.md", 1),
  ])
  func everyExampleOfTheDocumentationLoads(page: String, atLeast count: Int) throws {
    let text = try #require(contents(ofFile: root + "/" + page))
    let examples = text.fencedBlocks("json")
    #expect(examples.count >= count)
    for example in examples {
      let (issues, configuration) = try loadBesideSecrets(example)
      #expect(configuration != nil, "\(example)\n\(issues)")
    }
  }

  @Test(arguments: [
    "README.md", "CONTRIBUTING.md", "docs/alerts.md", "docs/alert-receivers.md", "docs/architecture.md",
    "docs/check-a-domain.md",
    "docs/command-line.md", "docs/configuration.md", "docs/database.md", "docs/install.md", "docs/states.md",
    "docs/watch-partners.md", "docs/rotate-a-key.md", "docs/json.md", "docs/verify-a-message.md",
    "docs/discover-selectors.md", "docs/queue.md", "docs/learn-from-mail.md", "docs/watch-any-record.md",
    "docs/get-started.md", "docs/upgrade.md", "docs/back-up-and-restore.md", "docs/read-the-history.md",
    "docs/monitor-selectord.md", "docs/move-to-cloudflare.md", "docs/pages.md", "docs/api.md", "docs/metrics.md",
    "docs/run-behind-nginx.md", "docs/be-told-at-once.md",
  ])
  func everyLinkOfTheDocumentationLeadsToAFile(page: String) throws {
    let text = try #require(contents(ofFile: root + "/" + page))
    let folder = page.hasPrefix("docs/") ? root + "/docs/" : root + "/"
    for part in text.split(separator: "](").dropFirst() {
      let link = part.prefix { $0 != ")" && $0 != "#" }
      if link.isEmpty || link.contains("://") { continue }
      #expect(contents(ofFile: folder + link) != nil, "\(page) links to \(link), which is not there")
    }
  }

  @Test func theDocumentationNamesEveryKey() throws {
    let text = try #require(contents(ofFile: root + "/docs/configuration.md"))
    for key in tables.joined() {
      #expect(text.contains("`\(key.name)`"), "\(key.name) is not in docs/configuration.md")
    }
  }

  /// The tables of the documentation are made from the tables of keys.
  @Test func theTablesOfTheDocumentationAreThoseOfTheDecoder() throws {
    let text = try #require(contents(ofFile: root + "/docs/configuration.md"))
    for key in tables.joined() where key.name != "type" {
      let row = key.documentationRow
      #expect(text.contains(row), "docs/configuration.md lacks the line: \(row)")
    }
  }
}

extension AnySetting {
  /// The key's line in a table of the documentation.
  fileprivate var documentationRow: String {
    let fallback = isRequired ? "required" : schema["default"].map { "`\($0.text())`" } ?? ""
    let summary = schema["description"]?.string ?? ""
    return
      "| `\(name)` | \(["views", "learn"].contains(name) && !fallback.isEmpty ? "see below" : fallback) | \(summary) |"
  }
}

extension String {
  /// The blocks between ```` ```language ```` and ```` ``` ````.
  fileprivate func fencedBlocks(_ language: String) -> [String] {
    var blocks: [String] = []
    var block: [Substring]?
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      // Inside a list the fences are indented.
      let fence = line.drop { $0 == " " }
      if fence == "```" + language {
        block = []
      } else if fence == "```", let lines = block {
        blocks.append(lines.joined(separator: "\n"))
        block = nil
      } else {
        block?.append(line)
      }
    }
    return blocks
  }

  /// The text without the names of the folders that tests make.
  fileprivate func replacingFolders() -> String {
    replacing(/\/tmp\/selectord-config-[A-Za-z0-9]+\//, with: "FOLDER/")
  }
}
