// Reads what follow-up questions bring.

import Model

extension ScenarioParser {
  /// `found NAME TYPE [at PLACE] [tcp|noedns|cd|signed] [soa] [nsec] [rrsig HEX] nxdomain|nodata|FAILURE|DATA…`
  mutating func found(_ words: inout ArraySlice<String>) throws {
    let owner = try name(next(&words))
    let text = try next(&words)
    let types: [String: RecordType] = [
      "A": .a, "AAAA": .aaaa, "NS": .ns, "CNAME": .cname, "SOA": .soa, "TXT": .txt, "MX": .mx, "DS": .ds,
      "DNSKEY": .dnskey, "RRSIG": .rrsig, "DNAME": .dname, "SPF": RecordType(rawValue: 99),
    ]
    guard let type = types[text] else { throw fail("'\(text)' is no type; known are \(types.keys.sorted())") }
    var finding = ScriptedFinding(question: Question(owner, type), outcome: .records)
    let variants: [String: Inquiry.Variant] = [
      "tcp": .tcp, "noedns": .withoutEDNS, "cd": .checkingDisabled, "signed": .signed,
    ]
    while let word = words.popFirst() {
      switch word {
      case "at": finding.place = try next(&words)
      case "cname": finding.cname.append(try name(next(&words)))
      case "soa": finding.proofs.append(ResourceRecord(owner: owner, type: .soa, ttl: 300, data: .soa(try start("1"))))
      case "nsec":
        finding.proofs.append(ResourceRecord(owner: owner, type: RecordType(rawValue: 47), ttl: 300, data: .other([0])))
      case "rrsig":
        let data = ResourceRecord.Data.other(try hexadecimal(next(&words)))
        finding.proofs.append(ResourceRecord(owner: owner, type: .rrsig, ttl: 300, data: data))
      case "nxdomain": finding.outcome = .nxdomain
      case "nodata": finding.outcome = .nodata
      default:
        if let variant = variants[word] {
          finding.variant = variant
        } else if let failure = Outcome.Failure(rawValue: word) {
          finding.outcome = .failed(failure)
        } else {
          let data: ResourceRecord.Data =
            switch type {
            case .a, .aaaa: .a(try address(word))
            case .ns: .ns(try name(word))
            case .cname: .cname(try name(word))
            case .dname: .dname(try name(word))
            case .soa: .soa(try start(word))
            case .txt: .txt(TextRecord(word))
            default: .other(try hexadecimal(word))
            }
          let place = finding.cname.last ?? owner
          finding.records.append(ResourceRecord(owner: place, type: type, ttl: 300, data: data))
        }
      }
    }
    change(.found(finding))
  }

  /// `SERIAL`, or `PRIMARY/SERIAL`.
  private func start(_ text: String) throws -> StartOfAuthority {
    let parts = text.split(separator: "/").map(String.init)
    guard let serial = parts.last.flatMap({ UInt32($0) }) else { throw fail("'\(text)' is no serial") }
    let primary = parts.count == 2 ? parts[0] : "ns1.found"
    return StartOfAuthority(primary: try name(primary), serial: serial, minimum: 300)
  }

  private func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else { throw fail("'\(text)' is no address") }
    return address
  }

  private func hexadecimal(_ text: String) throws -> [UInt8] {
    let digits = Array(text)
    guard digits.count % 2 == 0 else { throw fail("'\(text)' is not hexadecimal") }
    return try stride(from: 0, to: digits.count, by: 2).map {
      guard let byte = UInt8(String(digits[$0...$0 + 1]), radix: 16) else { throw fail("'\(text)' is not hexadecimal") }
      return byte
    }
  }
}
