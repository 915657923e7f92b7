// What one read of a source gave is written in one transaction with how far it was read, and then handed to the monitor.

internal import Census
internal import Config
internal import Logging
internal import Model
internal import Storage

/// A source of mail that is read again and again.
protocol MailSource: Sendable {
  /// Takes what has come since the last call. Says by itself what goes wrong.
  func read() async
}

/// Where every source hands in what it has read.
struct MailIntake: Sendable {
  let store: any MailStore
  let monitor: Monitor
  let clock: Clocks
  let logger: Logger
  let learning: Configuration.MailSettings.Learning
  /// The authserv-ids that are believed, in lower case.
  let trusted: [String]

  /// Writes what a read gave. Throws where that failed: nothing is kept then, and the source is read again from where it was.
  func commit(
    _ intake: DailyIntake, of source: String, position: String? = nil, file: String? = nil
  ) async throws(StorageError) {
    let tallies = intake.tallies
    let new = try await store.commit(
      MailChange(source: source, position: position, file: file, tallies: tallies))
    for place in intake.unreadable {
      logger.warning(
        "a line looks like one that names a signature, and cannot be read",
        metadata: ["source": "\(file ?? source)", "reason": "\(place.reason)"])
    }
    var news = MailNews(failures: intake.failing, passed: intake.passed, new: new)
    if learning.choice == .all {
      let keys = Set(tallies.compactMap(\.key))
      // It is written already: nothing that fails from here on may have it read again.
      for (key, use) in (try? await store.mailUse(of: Array(keys), at: clock.now())) ?? [:]
      where use.messages7d >= learning.minimumMessages {
        news.inUse[key] = use.lastSeen
      }
    }
    if !news.isEmpty { await monitor.receive(news) }
  }
}

extension MailTally {
  /// Selector and domain together, where both are known.
  fileprivate var key: KeyName? { KeyName(selector, of: domain) }
}
