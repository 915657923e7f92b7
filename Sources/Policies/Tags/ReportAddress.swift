// Addresses for reports: the lists of URIs in `rua` and `ruf`.

public import Model
internal import Syntax

/// One URI of a list of report addresses.
public struct ReportAddress: Hashable, Sendable {
  public enum Form: Hashable, Sendable {
    /// A mailbox; its domain, where that is a domain name.
    case mail(String, domain: DomainName?)
    /// A URL for HTTPS POST (TLS-RPT only).
    case https(String)
    /// Another scheme, or none; what stands there.
    case other(String)
  }

  public var form: Form
  /// The historic limit on the size of a report, such as `10m`.
  public var sizeLimit: String?
  /// Where it stands in the record.
  public var place: Range<Int>

  /// Whether the limit is a number, with one of the letters k, m, g and t behind it.
  var hasRightLimit: Bool {
    guard let sizeLimit else { return true }
    let digits =
      sizeLimit.utf8.last.map { "kmgtKMGT".utf8.contains($0) } == true ? sizeLimit.dropLast() : sizeLimit[...]
    return (1...18).contains(digits.utf8.count) && digits.utf8.allSatisfy(\.isDigit)
  }

  /// Whether it has the form of an address that reports can go to.
  public var isUsable: Bool {
    switch form {
    case .mail(_, let domain): domain != nil && hasRightLimit
    case .https: true
    case .other: false
    }
  }

  /// Reads a list between commas; empty elements are left out.
  static func list(_ bytes: [UInt8], _ range: Range<Int>) -> [ReportAddress] {
    var addresses: [ReportAddress] = []
    var start = range.lowerBound
    while start <= range.upperBound {
      let end = bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: ",")) ?? range.upperBound
      let place = bytes.trimmingBlanks(start..<end)
      if !place.isEmpty { addresses.append(ReportAddress(bytes, place)) }
      start = end + 1
    }
    return addresses
  }

  private init(_ bytes: [UInt8], _ place: Range<Int>) {
    self.place = place
    let text = bytes[place]
    let shown = printable(text)
    if text.hasPrefixIgnoringCase("mailto:") {
      var address = text.dropFirst(7)
      if let mark = address.lastIndex(of: UInt8(ascii: "!")) {
        sizeLimit = printable(address[(mark + 1)...])
        address = address[..<mark]
      }
      // Header fields behind `?` belong to no mailbox.
      address = address.prefix { $0 != UInt8(ascii: "?") }
      form = .mail(printable(address), domain: Self.domain(address))
    } else if text.hasPrefixIgnoringCase("https://"), text.count > 8,
      !text.contains(where: { !(0x21...0x7E).contains($0) })
    {
      form = .https(shown)
    } else {
      form = .other(shown)
    }
  }

  /// The domain of a mailbox of letters and marks that a URI may hold (RFC 6068).
  private static func domain(_ address: ArraySlice<UInt8>) -> DomainName? {
    guard let at = address.lastIndex(of: UInt8(ascii: "@")), at > address.startIndex,
      address.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}()[],;:".utf8.contains($0) }),
      !address[..<at].contains(UInt8(ascii: "@"))
    else { return nil }
    let host = address[(at + 1)...]
    guard host.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }) else { return nil }
    let name = try? DomainName(String(decoding: host, as: UTF8.self))
    return name.flatMap { $0.labels.count > 1 ? $0 : nil }
  }
}
