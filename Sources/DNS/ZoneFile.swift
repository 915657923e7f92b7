// Zone files (RFC 1035, section 5), read by libldns.

public import Model

import CLdns
import Glibc

/// Reads the records of a zone file.
public enum ZoneFile {
  /// The records of all classes that are IN, without the SOA; relative names stand below `origin`.
  ///
  /// `$ORIGIN`, `$TTL`, parentheses, quoted strings and comments are understood, `$INCLUDE` is not.
  public static func read(_ text: [UInt8], origin: DomainName) throws(ZoneFileError) -> [ResourceRecord] {
    guard !text.isEmpty else { return [] }
    var text = try prepared(text)
    // withUnsafeMutableBytes rethrows `any Error`; the typed error travels as a result.
    return try text.withUnsafeMutableBytes { buffer in
      Result { () throws(ZoneFileError) in try read(buffer, origin) }
    }.get()
  }

  private static func read(
    _ buffer: UnsafeMutableRawBufferPointer, _ origin: DomainName
  ) throws(ZoneFileError) -> [ResourceRecord] {
    guard let file = fmemopen(buffer.baseAddress, buffer.count, "r") else {
      throw ZoneFileError(line: 1, message: "cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    let name = origin.wire.withUnsafeBytes {
      ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, $0.count, $0.baseAddress)
    }
    defer { ldns_rdf_deep_free(name) }
    var zone: UnsafeMutablePointer<ldns_zone>?
    // What libldns counts: one more than the newlines read.
    var line: Int32 = 1
    let status = ldns_zone_new_frm_fp_l(&zone, file, name, defaultTTL, LDNS_RR_CLASS_IN, &line)
    guard status == LDNS_STATUS_OK, let zone else {
      throw ZoneFileError(
        line: max(1, Int(line) - 1),
        message: ldns_get_errorstr_by_id(status).map { String(cString: $0) } ?? "no reason given")
    }
    defer { ldns_zone_deep_free(zone) }
    do throws(MessageError) {
      return try RecordReader.records(ldns_zone_rrs(zone))
    } catch {
      throw ZoneFileError(line: Int(line), message: "\(error)")
    }
  }

  /// The text as libldns needs it: the TTL before the class, where RFC 1035 allows both orders, and no empty lines,
  /// which it does not count.
  private static func prepared(_ text: [UInt8]) throws(ZoneFileError) -> [UInt8] {
    var result: [UInt8] = []
    var state = ZoneFileState()
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines {
      let isFresh = state.isFresh
      state.read(line)
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if isFresh, line.allSatisfy(isBlank) {
        result.append(UInt8(ascii: ";"))
      } else {
        result += (isFresh ? swapped(line) : nil) ?? Array(line)
      }
      result.append(UInt8(ascii: "\n"))
    }
    guard state.isFresh else {
      throw ZoneFileError(line: lines.count, message: "the file ends within quotes or parentheses")
    }
    return result
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  /// `owner class TTL …` as `owner TTL class …`; nil where the line does not begin so.
  private static func swapped(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    let words = line.split(maxSplits: 3, whereSeparator: isBlank)
    let start = line.first.map(isBlank) ?? true ? 0 : 1
    guard words.count > start + 2, words[start].elementsEqual("IN".utf8, by: { $0 & 0xDF == $1 }),
      words[start + 1].first.map({ (0x30...0x39).contains($0) }) ?? false,
      words[start + 1].allSatisfy({ (0x30...0x39).contains($0) || "smhdw".utf8.contains($0 | 0x20) })
    else { return nil }
    let blank = [UInt8(ascii: " ")]
    let head = line[..<words[start].startIndex] + words[start + 1] + blank + words[start] + blank
    return Array(head) + line[words[start + 1].endIndex...]
  }

  /// For records without a TTL in a file without `$TTL`.
  private static let defaultTTL: UInt32 = 3600
}

/// Whether the next line of a zone file begins a record.
private struct ZoneFileState {
  private var depth = 0
  private var isQuoted = false

  var isFresh: Bool { depth == 0 && !isQuoted }

  mutating func read(_ line: ArraySlice<UInt8>) {
    var bytes = line.makeIterator()
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "\\"): _ = bytes.next()
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ";") where !isQuoted: return
      case UInt8(ascii: "(") where !isQuoted: depth += 1
      case UInt8(ascii: ")") where !isQuoted: depth -= 1
      default: break
      }
    }
  }
}

/// Where a zone file cannot be read.
public struct ZoneFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  public let line: Int
  public let message: String

  public var description: String { "line \(line): \(message)" }
}
