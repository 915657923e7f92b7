// Packets that break a bound: one file of Tests/Fixtures/messages each, with the words that must come of it.

import DNS
import Glibc
import TestSupport
import Testing

struct HostileMessageTests {
  /// A fixture: hexadecimal bytes, `;` comments, and `; expect:` with the error's text or `decodes`.
  struct Fixture: CustomTestStringConvertible {
    var name: String
    var expected: String
    var bytes: [UInt8]
    var testDescription: String { name }

    static let all: [Fixture] = {
      let folder = fixtures("messages")
      guard let directory = opendir(folder) else { return [] }
      defer { closedir(directory) }
      var list: [Fixture] = []
      while let entry = readdir(directory) {
        let file = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard file.hasSuffix(".hex"), let text = contents(ofFile: folder + "/" + file) else { continue }
        list.append(Fixture(file, text))
      }
      return list.sorted { $0.name < $1.name }
    }()

    init(_ name: String, _ text: String) {
      self.name = name
      let lines = text.split(separator: "\n")
      expected = lines.first.map { String($0.dropFirst("; expect: ".count)) } ?? ""
      bytes = lines.filter { !$0.hasPrefix(";") }.flatMap { $0.split(separator: " ") }.compactMap {
        UInt8($0, radix: 16)
      }
    }
  }

  @Test func fixturesAreThere() { #expect(Fixture.all.count >= 38) }

  @Test(arguments: Fixture.all)
  func isRefusedWithItsReason(_ fixture: Fixture) {
    do {
      _ = try MessageDecoder.decode(fixture.bytes)
      #expect(fixture.expected == "decodes")
    } catch {
      #expect(error.description == fixture.expected)
    }
  }

  /// No prefix of a good message decodes, and no prefix is read beyond its end.
  @Test func everyPrefixIsRefused() throws {
    let whole = try #require(Fixture.all.first { $0.name == "txt.hex" }).bytes
    #expect(throws: Never.self) { try MessageDecoder.decode(whole) }
    for count in 0..<whole.count {
      #expect(throws: MessageError.self) { try MessageDecoder.decode(Array(whole[..<count])) }
    }
  }

  /// Every change of one byte either decodes or is refused; nothing else happens.
  @Test func changedBytesDoNoHarm() throws {
    for fixture in Fixture.all where fixture.bytes.count < 200 {
      for index in fixture.bytes.indices {
        for value in [0, 1, 0x3F, 0x40, 0x80, 0xC0, 0xFF] as [UInt8] {
          var bytes = fixture.bytes
          bytes[index] = value
          _ = try? MessageDecoder.decode(bytes)
        }
      }
    }
  }
}
