// TLSA records: which certificate or key a server must show (RFC 6698).

internal import Model
internal import Syntax

/// One TLSA record as it is written; what is wrong with it is for the rules to say.
public struct TLSARecord: Hashable, Sendable {
  /// What is compared.
  public enum Selector: Int, Hashable, Sendable {
    case certificate = 0
    case publicKey = 1
  }

  /// Usage, selector and matching type; nil where they are no numbers from 0 to 255.
  public var usage: Int?
  public var selector: Int?
  public var matching: Int?
  /// The certificate association data; nil where it is not hexadecimal.
  public var data: [UInt8]?
  var text: String
  /// Whether the type stood before it.
  var isNamed = false

  /// Takes RDATA; nil where it is too short.
  public init?(rdata: [UInt8]) {
    guard rdata.count >= 3 else { return nil }
    usage = Int(rdata[0])
    selector = Int(rdata[1])
    matching = Int(rdata[2])
    let association = Array(rdata[3...])
    data = association
    let digits = association.prefix(40).map(hexadecimal).joined() + (association.count > 40 ? "…" : "")
    text = "\(rdata[0]) \(rdata[1]) \(rdata[2]) \(digits)"
    isNamed = true
  }

  /// Takes the words of master-file text: three numbers, then hexadecimal digits in any number of words.
  init(_ entry: ZoneText.Data) {
    let tokens = entry.words
    if let bytes = UnknownFormat.rdata(tokens), let record = TLSARecord(rdata: bytes) {
      self = record
      return
    }
    isNamed = entry.isNamed
    func number(_ index: Int) -> Int? {
      guard tokens.indices.contains(index), case let bytes = tokens[index].bytes, (1...3).contains(bytes.count),
        bytes.allSatisfy(\.isDigit)
      else { return nil }
      let value = bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return value <= 255 ? value : nil
    }
    (usage, selector, matching) = (number(0), number(1), number(2))
    data = UnknownFormat.hexadecimalBytes(tokens.dropFirst(3).flatMap(\.bytes))
    let bytes = Array(tokens.map(\.bytes).joined(separator: [0x20]))
    text = bytes.excerpt(0..<bytes.count)
  }

  /// A text that is no TLSA record at all.
  init(unreadable bytes: [UInt8]) { text = bytes.excerpt(bytes.trimmingBlanks(0..<bytes.count)) }

  /// Whether words without a type are meant as TLSA: three small numbers and hexadecimal digits.
  var resemblesTLSA: Bool {
    [usage, selector, matching].allSatisfy { $0.map { $0 < 5 } ?? false } && (data?.count ?? 0) >= 16
  }

  /// The length of the data that the matching type has; nil where it is free or unknown.
  public var digestLength: Int? {
    switch matching {
    case 1: 32
    case 2: 64
    default: nil
    }
  }

  /// Whether a client of SMTP can use it (RFC 7672, section 3.1): usage 2 or 3, known numbers, data of the right length.
  public var isUsable: Bool { (usage == 2 || usage == 3) && isWellFormed }

  /// Whether numbers and length are those that are defined.
  var isWellFormed: Bool {
    guard let usage, let selector, let matching, let data, !data.isEmpty else { return false }
    return usage <= 3 && selector <= 1 && matching <= 2 && (digestLength ?? data.count) == data.count
  }

  /// Whether a certificate fits: `selected` is the certificate or its SubjectPublicKeyInfo, as the selector says, and the
  /// digests are those of it.
  public func matches(selected: [UInt8], sha256: [UInt8], sha512: [UInt8]) -> Bool {
    switch matching {
    case 0: data == selected
    case 1: data == sha256
    case 2: data == sha512
    default: false
    }
  }

  /// What it means, number by number.
  var tags: [PolicyTag] {
    guard let usage, let selector, let matching else { return [] }
    let usages = [
      "The certificate must come from this authority, and also be valid for browsers (PKIX-TA); not for SMTP.",
      "The server must show this certificate, and it must also be valid for browsers (PKIX-EE); not for SMTP.",
      "The certificate must come from this authority, whether or not others trust it (DANE-TA).",
      "The server must show this certificate or key; nothing else is checked (DANE-EE).",
    ]
    let selectors = ["The whole certificate is compared.", "Only the public key is compared."]
    let matchings = ["The data are the thing itself.", "The data are its SHA-256.", "The data are its SHA-512."]
    func meaning(_ list: [String], _ number: Int) -> String {
      list.indices.contains(number) ? list[number] : "Not defined: clients ignore the record."
    }
    let digits = data.map { $0.map(hexadecimal).joined() } ?? ""
    return [
      PolicyTag(name: "usage", value: "\(usage)", meaning: meaning(usages, usage)),
      PolicyTag(name: "selector", value: "\(selector)", meaning: meaning(selectors, selector)),
      PolicyTag(name: "matching", value: "\(matching)", meaning: meaning(matchings, matching)),
      PolicyTag(
        name: "data", value: digits,
        meaning: isWellFormed
          ? "What the server's certificate is compared with." : "Not what the numbers before it ask for."),
    ]
  }
}
