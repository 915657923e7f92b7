// Reads policies as people have them: zone-file text, what dig prints, bare text, a policy file.

public import Model
public import Syntax

/// A policy as it was given: the records of one type at one name, or the policy file.
public enum PolicyText: Hashable, Sendable {
  case spf([TextRecord])
  case dmarc([TextRecord])
  case mtaSTS([TextRecord])
  case mtaSTSPolicy([UInt8])
  case tlsRPT([TextRecord])
  case bimi([TextRecord])
  case caa([CAARecord])
  case tlsa([TLSARecord])
}

extension PolicyText {
  /// Reads the policies that a text holds, by their type where one is given, else by what they seem to be. None where
  /// nothing in it resembles a policy.
  public static func read(_ bytes: [UInt8], type: PolicyType? = nil) throws(RecordTextError) -> [PolicyText] {
    if let type { return [try read(bytes, as: type)] }
    if PolicyGuess.isPolicyFile(bytes) { return [.mtaSTSPolicy(bytes)] }
    let others = (try? read(caaAndTLSA: bytes)) ?? []
    if !others.isEmpty { return read((try? RecordText.read(bytes)) ?? []) + others }
    let records = try RecordText.read(bytes, expecting: "a policy such as v=DMARC1; p=none; rua=mailto:…")
    return read(records)
  }

  /// The policies among TXT records.
  public static func read(_ records: [TextRecord]) -> [PolicyText] {
    let types = Set(records.compactMap { PolicyGuess.type(of: $0.joined) })
    return PolicyType.allCases.filter(types.contains).compactMap { of($0, records) }
  }

  private static func read(_ bytes: [UInt8], as type: PolicyType) throws(RecordTextError) -> PolicyText {
    switch type {
    case .mtaSTSPolicy: return .mtaSTSPolicy(bytes)
    case .caa:
      let entries = try RecordText.read(bytes, type: .caa, expecting: "a CAA record such as \(type.example)")
      return .caa(entries.isEmpty ? [CAARecord(unreadable: bytes)] : entries.map(CAARecord.init))
    case .tlsa:
      let entries = try RecordText.read(bytes, type: .tlsa, expecting: "a TLSA record such as \(type.example)")
      return .tlsa(entries.isEmpty ? [TLSARecord(unreadable: bytes)] : entries.map(TLSARecord.init))
    case .spf, .dmarc, .mtaSTS, .tlsRPT, .bimi:
      let article = type == .spf || type == .mtaSTS ? "an" : "a"
      let records = try RecordText.read(bytes, expecting: "\(article) \(type.title) such as \(type.example)")
      return of(type, records) ?? .spf(records)
    }
  }

  private static func of(_ type: PolicyType, _ records: [TextRecord]) -> PolicyText? {
    switch type {
    case .spf: .spf(records)
    case .dmarc: .dmarc(records)
    case .mtaSTS: .mtaSTS(records)
    case .tlsRPT: .tlsRPT(records)
    case .bimi: .bimi(records)
    case .mtaSTSPolicy, .caa, .tlsa: nil
    }
  }

  private static func read(caaAndTLSA bytes: [UInt8]) throws(RecordTextError) -> [PolicyText] {
    let caa = try RecordText.read(bytes, type: .caa, expecting: "a record").map(CAARecord.init)
    let tlsa = try RecordText.read(bytes, type: .tlsa, expecting: "a record").map(TLSARecord.init)
    // `dig +short` prints no type: numbers alone are TLSA, a number and a word are CAA.
    let meantAsCAA = caa.filter { $0.isNamed || $0.resemblesCAA }
    let meantAsTLSA = tlsa.filter { $0.isNamed || $0.resemblesTLSA }
    return (meantAsCAA.isEmpty ? [] : [.caa(meantAsCAA)]) + (meantAsTLSA.isEmpty ? [] : [.tlsa(meantAsTLSA)])
  }
}

extension PolicyText {
  /// Reads one line without quotes as one record; nil where it shows no type and none is given.
  public init?(line: some Collection<UInt8>, type: PolicyType? = nil) {
    let bytes = Array(line)
    switch type ?? PolicyGuess.type(of: bytes) {
    case .mtaSTSPolicy: self = .mtaSTSPolicy(bytes)
    case .caa, .tlsa:
      guard let type, let text = try? Self.read(bytes, as: type) else { return nil }
      self = text
    case nil:
      guard let found = try? Self.read(caaAndTLSA: bytes), let first = found.first else { return nil }
      self = first
    case let type?:
      guard let text = Self.of(type, [TextRecord(bytes: bytes)]) else { return nil }
      self = text
    }
  }
}
