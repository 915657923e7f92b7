// Resource records as lines of a zone file.

import Model
import Testing

@Suite struct ZoneFileTextTests {
  private static func wire(_ name: String) throws -> [UInt8] { try DomainName(name).wire }

  @Test func eachTypeHasItsPresentation() throws {
    let owner = try DomainName("a.example")
    func line(_ type: RecordType, _ data: ResourceRecord.Data) -> String {
      ResourceRecord(owner: owner, type: type, ttl: 60, data: data).zoneFileLine
    }
    #expect(line(.a, .a(.v4(0xC000_0201))) == "a.example. 60 IN A 192.0.2.1")
    #expect(try line(.ns, .ns(DomainName("ns.example"))) == "a.example. 60 IN NS ns.example.")
    #expect(line(.cname, .cname(.root)) == "a.example. 60 IN CNAME .")
    #expect(line(.txt, .txt(TextRecord(strings: [[0x61], [0x62]]))) == #"a.example. 60 IN TXT "a" "b""#)
    #expect(try line(.mx, .other([0, 10] + Self.wire("mx.example"))) == "a.example. 60 IN MX 10 mx.example.")
    #expect(line(.mx, .other([0, 0, 0])) == "a.example. 60 IN MX 0 .")
    #expect(
      try line(.srv, .other([0, 1, 0, 2, 0x03, 0xE1] + Self.wire("imap.example")))
        == "a.example. 60 IN SRV 1 2 993 imap.example.")
    #expect(
      line(.caa, .other([0, 5] + Array("issueca.example; x=\"1\"".utf8)))
        == #"a.example. 60 IN CAA 0 issue "ca.example; x=\"1\"""#)
    #expect(line(.tlsa, .other([3, 1, 1, 0xAB, 0x0C])) == "a.example. 60 IN TLSA 3 1 1 AB0C")
    #expect(line(.ds, .other([0x30, 0x39, 8, 2, 0x01])) == "a.example. 60 IN DS 12345 8 2 01")
    #expect(line(RecordType(rawValue: 65280), .other([1, 2])) == "a.example. 60 IN TYPE65280 \\# 2 0102")
    #expect(line(RecordType(rawValue: 65280), .other([])) == "a.example. 60 IN TYPE65280 \\# 0")
  }

  @Test func typesAreReadByTheirMnemonics() {
    for number in UInt16.min...UInt16.max {
      let type = RecordType(rawValue: number)
      #expect(RecordType(mnemonic: type.description) == type)
    }
    #expect(RecordType(mnemonic: "txt") == .txt)
    #expect(RecordType(mnemonic: "type16") == .txt)
    for word in ["", "TYPE", "TYPE65536", "TYPE-1", "TYPE+1", "TXT ", "16", "ANY"] {
      #expect(RecordType(mnemonic: word) == nil, "\(word)")
    }
  }

  @Test(
    arguments: [
      (RecordType.mx, [0]), (.mx, [0, 10]), (.mx, [0, 10, 3, 0x61]), (.srv, [0, 1, 0, 2, 0]), (.caa, [0]),
      (.caa, [0, 9, 0x61]),
      (.caa, [0, 1, 0x20, 0x61]), (.tlsa, [3, 1]), (.ds, [0, 1, 8, 2]),
    ] as [(RecordType, [UInt8])]) func whatIsCutStaysHexadecimal(_ type: RecordType, _ bytes: [UInt8]) throws
  {
    let record = ResourceRecord(owner: try DomainName("a.example"), type: type, ttl: 60, data: .other(bytes))
    #expect(record.dataText.hasPrefix("\\# \(bytes.count) "))
  }
}
