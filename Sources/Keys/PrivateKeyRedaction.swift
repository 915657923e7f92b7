// A private key that somebody published must not travel on: its digest takes its place before a text is stored or told.

internal import Crypto
public import Model
internal import Syntax

/// Removes private keys from texts.
public enum PrivateKeyRedaction {
  /// What stands in the place of a private key. Rules know it again, so that a text is judged the same without its key.
  static let mark: StaticString = "private key removed by selectord"

  /// Whether a text had a private key, which was removed.
  static func isIn(_ text: [UInt8]) -> Bool { text.place(of: mark, in: 0..<text.count) != nil }

  /// Whether a judgement says that the texts hold a private key.
  public static func isNeeded(for judgement: KeyJudgement) -> Bool {
    judgement.findings.contains { $0.rule == KeyRules.privateKey }
  }

  /// The TXT records at one name with the digest and the length of each private key in its place; the same records where
  /// they hold none.
  ///
  /// Whatever may be a piece of the key is removed from all of them: a key may be split over several records, and over
  /// lines.
  public static func redacted(_ records: [TextRecord]) -> [TextRecord] {
    guard PrivateKeyText.isIn(records.map(RecordReading.init)) else { return records }
    return records.map { record in
      let bytes = record.joined
      guard bytes.place(of: mark, in: 0..<bytes.count) == nil else { return record }
      let redacted = redacted(bytes)
      return redacted == bytes ? record : TextRecord(bytes: redacted)
    }
  }

  /// Fewer digits of base64 than this are no piece of a key that would be of use to anybody.
  private static let shortestPiece = 16

  private static func redacted(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      guard isOfKey(bytes[position]) else {
        result.append(bytes[position])
        position += 1
        continue
      }
      let end = bytes[position...].firstIndex { !isOfKey($0) } ?? bytes.count
      let tag = tagName(bytes[position..<end])
      result += bytes[position..<(position + tag)]
      let piece = bytes[(position + tag)..<end]
      if piece.count(where: { Base64Text.value(of: $0) != nil }) < shortestPiece {
        result += piece
      } else {
        let digest = Array(SHA256.hash(data: Array(piece))).base64Unpadded
        result += "\(mark), SHA256:\(digest), \(piece.count) characters".utf8
      }
      position = end
    }
    return result
  }

  /// What a key is made of, with what forms, files and zone files put between its lines.
  private static func isOfKey(_ byte: UInt8) -> Bool { byte.isOfBase64 || byte.isBlank || "\\\"-".utf8.contains(byte) }

  /// The length of a tag's name and `=` at the beginning of a piece, with the blanks around them.
  private static func tagName(_ piece: ArraySlice<UInt8>) -> Int {
    let name = piece.drop(while: \.isBlank).prefix { $0.isLetter }
    let rest = piece[name.endIndex...].drop(while: \.isBlank)
    guard (1...8).contains(name.count), rest.first == UInt8(ascii: "="), rest.dropFirst().first != UInt8(ascii: "=")
    else {
      return 0
    }
    return rest.startIndex + 1 - piece.startIndex
  }
}
