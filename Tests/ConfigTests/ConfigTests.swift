// What holds where a configuration says nothing, and where it says all.

import Model
import TestSupport
import Testing

@testable import Config

@Suite struct DefaultsTests {
  @Test func anEmptyConfigurationHasAllDefaults() throws {
    let (configuration, issues) = try load(text: "{}")
    let loaded = try #require(configuration)
    #expect(
      issues.map(\.message) == [
        "nothing is watched; let `selectord init` find selectors, or name them in 'watches' or files in 'watchLists'"
      ])
    #expect(loaded.database.hasSuffix("/selectord.sqlite"))
    #expect(loaded.jitter == 0.1)
    #expect(loaded.policy == MonitoringPolicy())
    #expect(loaded.retention == nil)
    #expect(loaded.log == Configuration.LogSettings())
    #expect(loaded.views == Configuration.defaultViews)
    #expect(loaded.watches.isEmpty && loaded.receivers.isEmpty)
  }

  @Test func theStoryOfTheDesignLoads() throws {
    let (configuration, issues) = try load(
      text: """
        {"$schema": "deploy/config.schema.json",
         "database": "/var/lib/selectord/history.sqlite",
         "interval": "15m", "jitter": "10%",
         "confirm": {"times": 2, "after": "15s"}, "unreachableAfter": "30m",
         "views": [{"name": "local", "type": "system"},
                   {"name": "google", "type": "resolver", "address": "8.8.8.8"},
                   {"name": "authoritative", "type": "authoritative"}],
         "watches": [{"domain": "domain.com", "selectors": ["zendesk1", "zendesk2"], "interval": "5m"},
                     {"domain": "example.org", "selectors": ["s2026"], "expect": {"key": "MIIB…", "minimumBits": 2048}}],
         "receivers": [{"name": "postmaster", "format": "slack", "url": {"env": "SLACK_WEBHOOK"}, "minimumSeverity": "warning"}]}
        """, environment: ["SLACK_WEBHOOK": "https://hooks.slack.com/services/T/B/X"])
    let loaded = try #require(configuration, "\(issues)")
    #expect(issues.isEmpty)
    #expect(loaded.database == "/var/lib/selectord/history.sqlite")
    #expect(
      loaded.watches.map(\.key.description) == [
        "zendesk1._domainkey.domain.com", "zendesk2._domainkey.domain.com", "s2026._domainkey.example.org",
      ])
    #expect(loaded.watches.map(\.interval) == [.seconds(300), .seconds(300), .seconds(900)])
    #expect(loaded.watches[2].expectation.minimumBits == 2048)
    #expect(loaded.watches[2].expectation.fingerprint?.hasPrefix("SHA256:") == true)
    #expect(loaded.receivers[0].url.reveal() == "https://hooks.slack.com/services/T/B/X")
  }
}
