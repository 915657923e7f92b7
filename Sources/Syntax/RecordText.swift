// Reads records as people have them: from a zone file, from dig, or the bare text.

public import Model

/// A text that is no record, with the place where reading ended.
public struct RecordTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  public var line: Int
  /// In bytes, from 1.
  public var column: Int
  /// What was seen, what was expected, what to do.
  public var message: String

  public init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  public var description: String { "line \(line), column \(column): \(message)" }
}

/// Texts that hold TXT records.
public enum RecordText {
  /// Reads the TXT records that a text holds, at least one.
  ///
  /// - Quoted strings (with `\"`, `\;`, `\DDD`), parentheses, comments and whole resource records are read as
  ///   master-file text (RFC 1035, section 5.1): strings of one entry make one record. The output of `dig`, with or
  ///   without `+short`, of `host` and of `nslookup` is such a text; records of other types are stepped over.
  /// - Everything else is bare: its bytes are the record, backslashes and quotation marks too, save the line break at
  ///   the end; a line break inside stands for one blank. Lines that each begin with `v=` are a record each.
  public static func read(
    _ text: String, expecting what: String = keyRecord
  ) throws(RecordTextError) -> [TextRecord] {
    try read(Array(text.utf8), expecting: what)
  }

  /// As `read(_:)`, for bytes that need not be UTF-8.
  public static func read(
    _ bytes: [UInt8], expecting what: String = keyRecord
  ) throws(RecordTextError) -> [TextRecord] {
    let bytesWithoutMark = try checked(bytes, what)
    if ZoneText.isZoneText(bytesWithoutMark) {
      var reader = ZoneText(bytesWithoutMark)
      return try reader.records()
    }
    return bare(bytes)
  }

  /// Reads the RDATA of one type, word by word: of whole resource records, of what `dig +short` prints, and of bare text.
  /// Records of other types are stepped over; so there may be none.
  package static func read(
    _ bytes: [UInt8], type: RecordType, expecting what: String
  ) throws(RecordTextError) -> [ZoneText.Data] {
    var reader = ZoneText(try checked(bytes, what))
    return try reader.data(of: type)
  }

  /// What is expected where nothing else is said.
  public static let keyRecord = "a key record such as v=DKIM1; k=rsa; p=…"

  /// The bytes without a byte order mark, where they are of a size that is read.
  private static func checked(_ bytes: [UInt8], _ what: String) throws(RecordTextError) -> [UInt8] {
    guard bytes.contains(where: { !$0.isBlank }) else {
      throw RecordTextError(line: 1, column: 1, message: "the text is empty; expected \(what)")
    }
    guard bytes.count <= longest else {
      throw RecordTextError(
        line: 1, column: 1, message: "the text has \(bytes.count) bytes; at most \(longest) are read")
    }
    return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// The most that is read: several records of the largest size, as zone-file text.
  static let longest = 1 << 20

  private static func bare(_ bytes: [UInt8]) -> [TextRecord] {
    // In Swift's eyes CR LF is not one byte: lines are cut at LF, and the CR before it goes.
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { $0.last == 0x0D ? $0.dropLast() : $0 }
      .filter { line in line.contains { !$0.isBlank } }
    let records = lines.count > 1 && lines.allSatisfy { $0.hasPrefixIgnoringCase("v=") } ? lines : nil
    return (records ?? [ArraySlice(lines.joined(separator: [0x20]))]).map { TextRecord(bytes: $0) }
  }
}
