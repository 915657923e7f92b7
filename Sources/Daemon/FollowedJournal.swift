// The entries of one unit in the journal of systemd; the journal itself keeps the place.

internal import Census
internal import Intake
internal import Logging
internal import Model
internal import Storage

actor FollowedJournal: MailSource {
  private let source: String
  private let unit: String
  private let intake: MailIntake
  private let options: LogReader.Options
  private var reader: LogReader
  private var journal: JournalReader?
  private var told: String?

  /// The most entries of one transaction.
  private static let pageSize = 5_000

  init(unit: String, format: LogReader.Options.Format = .auto, intake: MailIntake) {
    source = "journal:" + unit
    self.unit = unit
    self.intake = intake
    options = LogReader.Options(
      clock: LogClock(reference: intake.clock.now(), offset: LocalTime.offset), trustedServers: intake.trusted,
      format: format)
    reader = LogReader(options)
  }

  func read() async {
    do {
      try await readNow()
      told = nil
    } catch {
      // It is opened again from what is committed: what was read in vain is read once more, by a reader that forgot it.
      journal = nil
      reader = LogReader(options)
      let trouble = "the journal cannot be read: \(error)"
      if told != trouble { intake.logger.warning("\(trouble)", metadata: ["unit": "\(unit)"]) }
      told = trouble
    }
  }

  private func readNow() async throws {
    if journal == nil {
      journal = try JournalReader(unit: unit, after: try await intake.store.mailPosition(of: source))
      // What was counted before may have begun what ends in the entries that come now.
      while let line = try journal?.nextFormer() { line.withUnsafeBytes { bytes in reader.feed(bytes) { _ in } } }
    }
    while let journal, !Task.isCancelled {
      var sum = DailyIntake(now: intake.clock.now())
      var cursor: String?
      var count = 0
      while count < Self.pageSize, let entry = try journal.next() {
        entry.line.withUnsafeBytes { bytes in reader.feed(bytes) { sum.take($0) } }
        cursor = entry.cursor
        count += 1
      }
      guard let cursor else { return }
      try await intake.commit(sum, of: source, position: cursor)
    }
  }
}
