// The journal of systemd: entries of the mail facility and of the programs that are known here, as lines of a syslog.

internal import CSystemd
internal import Glibc
internal import Model

final class JournalSource {
  private let journal: OpaquePointer
  /// How many entries come first that were read before.
  private(set) var former = 0
  private static let mostFormer: UInt64 = 50
  /// Programs whose entries may bear another facility.
  private static let identifiers = [
    "exim", "exim4", "opendkim", "dkimpy-milter", "rspamd", "amavis", "amavisd", "opendmarc", "sm-mta",
  ]

  init(since: Timestamp?) throws(IntakeError) {
    var journal: OpaquePointer?
    let status = sd_journal_open(&journal, Int32(SD_JOURNAL_LOCAL_ONLY))
    guard status >= 0, let journal else { throw .system(-status) }
    self.journal = journal
    // Matches of one field are alternatives; those of two fields are, behind a disjunction.
    match("SYSLOG_FACILITY=2")
    sd_journal_add_disjunction(journal)
    for identifier in Self.identifiers { match("SYSLOG_IDENTIFIER=\(identifier)") }
    if let since {
      sd_journal_seek_realtime_usec(journal, UInt64(max(0, since.microseconds)))
    } else {
      sd_journal_seek_head(journal)
    }
  }

  /// The entries of one unit behind a cursor; from now on where there is none, or where the journal knows it no longer.
  init(unit: String, after cursor: String?) throws(IntakeError) {
    var journal: OpaquePointer?
    let status = sd_journal_open(&journal, Int32(SD_JOURNAL_LOCAL_ONLY))
    guard status >= 0, let journal else { throw .system(-status) }
    self.journal = journal
    match("_SYSTEMD_UNIT=\(unit.contains(".") ? unit : unit + ".service")")
    if let cursor, sd_journal_seek_cursor(journal, cursor) >= 0 {
      // The entry of the cursor itself was read already; some before it are read once more, to be remembered only.
      if sd_journal_next(journal) > 0, sd_journal_test_cursor(journal, cursor) > 0 {
        former = Int(max(0, sd_journal_previous_skip(journal, Self.mostFormer)))
        // Where the journal begins within them, the place is its first entry.
        if former < Self.mostFormer {
          sd_journal_seek_head(journal)
          former += 1
        }
      } else {
        sd_journal_previous(journal)
      }
    } else {
      sd_journal_seek_tail(journal)
      sd_journal_previous(journal)
    }
  }

  /// The place of the entry that was read last.
  var cursor: String? {
    var text: UnsafeMutablePointer<CChar>?
    guard sd_journal_get_cursor(journal, &text) >= 0, let text else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  deinit { sd_journal_close(journal) }

  private func match(_ text: String) {
    Array(text.utf8).withUnsafeBytes { _ = sd_journal_add_match(journal, $0.baseAddress, $0.count) }
  }

  /// The next entry as a line with its end; nil at the end.
  func next() throws(IntakeError) -> [UInt8]? {
    let status = sd_journal_next(journal)
    if status < 0 { throw .system(-status) }
    if status == 0 { return nil }
    var microseconds: UInt64 = 0
    sd_journal_get_realtime_usec(journal, &microseconds)
    var line = Array(Timestamp(microseconds: Int64(clamping: microseconds)).preciseDescription.utf8)
    line.append(0x20)
    line += value("_HOSTNAME") ?? Array("localhost".utf8)
    line.append(0x20)
    line += value("SYSLOG_IDENTIFIER") ?? value("_COMM") ?? Array("unknown".utf8)
    if let processID = value("SYSLOG_PID") ?? value("_PID") { line += [0x5B] + processID + [0x5D] }
    line += [0x3A, 0x20]
    line += (value("MESSAGE") ?? []).map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    line.append(0x0A)
    return line
  }

  private func value(_ field: String) -> [UInt8]? {
    var data: UnsafeRawPointer?
    var length = 0
    guard sd_journal_get_data(journal, field, &data, &length) >= 0, let data else { return nil }
    let prefix = field.utf8.count + 1
    guard length >= prefix else { return nil }
    return Array(UnsafeRawBufferPointer(start: data, count: length).dropFirst(prefix))
  }
}

/// Reads what a unit of systemd writes into the journal, from where it was left.
package final class JournalReader {
  private let journal: JournalSource
  private var former: Int

  /// - Parameter cursor: the place of the entry that was read last; nil to begin now.
  package init(unit: String, after cursor: String?) throws(IntakeError) {
    journal = try JournalSource(unit: unit, after: cursor)
    former = journal.former
  }

  /// The next of some entries that were read before, as a line; nil where there are no more of them.
  package func nextFormer() throws(IntakeError) -> [UInt8]? {
    guard former > 0 else { return nil }
    former -= 1
    return try journal.next()
  }

  /// The next entry as a line of a syslog, and its place; nil where there is none for now.
  package func next() throws(IntakeError) -> (line: [UInt8], cursor: String)? {
    guard let line = try journal.next(), let cursor = journal.cursor else { return nil }
    return (line, cursor)
  }
}
