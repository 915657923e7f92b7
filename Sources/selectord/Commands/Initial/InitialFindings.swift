// The keys that `init` came across, from all sources together.

import Census
import Model

/// Gathers what the command line, the logs and DNS tell of the keys of some domains.
struct InitialFindings {
  /// The domains that are searched, as they were named.
  let domains: [DomainName]
  private var byName: [KeyName: InitialKey] = [:]

  /// The most selectors of a domain that are taken from logs: a sender may have a selector for each message.
  static let mostFromLogs = 50

  init(_ subjects: [WatchedName]) throws {
    var seen: Set<DomainName> = []
    domains = subjects.map(\.domain).filter { seen.insert($0).inserted }
    for subject in subjects {
      guard let selector = subject.selector else { continue }
      let key = try KeyName(selector: selector, domain: subject.domain)
      byName[key] = InitialKey(key: key, isNamed: true)
    }
  }

  var keys: [InitialKey] { byName.values.sorted { $0.key < $1.key } }

  /// Takes the keys of the domains, and of those below them, that sign mail: of each the most used.
  mutating func take(_ census: Census) {
    var counts: [DomainName: Int] = [:]
    for entry in census.entries.sorted(by: { $0.messages > $1.messages }) {
      guard let key = entry.key, let domain = domains.first(where: { key.domain.isWithin($0) }),
        counts[domain, default: 0] < Self.mostFromLogs
      else { continue }
      counts[domain, default: 0] += 1
      byName[key, default: InitialKey(key: key)].messages += entry.messages
    }
  }

  mutating func take(_ search: SelectorSearch.Result) {
    for found in search.found {
      guard let key = KeyName(found.selector, of: search.domain) else { continue }
      byName[key, default: InitialKey(key: key)].vendor = found.vendor
    }
  }

  mutating func take(_ judgements: [Judgement]) {
    for judgement in judgements { byName[judgement.key]?.judgement = judgement }
  }
}
