// Writes messages for tests, with compression and letters in any case, as servers do.

import DNS
import Model
import TestSupport

/// A record in wire terms.
struct WireRecord {
  var owner: DomainName
  var type: RecordType
  var ttl: UInt32
  var data: [UInt8]
  /// The name at the end of the data.
  var nameInData: DomainName?

  static func txt(_ owner: DomainName, _ strings: [[UInt8]], ttl: UInt32 = 300) -> WireRecord {
    WireRecord(owner: owner, type: .txt, ttl: ttl, data: strings.flatMap { [UInt8($0.count)] + $0 })
  }
  static func txt(_ owner: DomainName, _ text: String, ttl: UInt32 = 300) -> WireRecord {
    .txt(owner, [Array(text.utf8)], ttl: ttl)
  }
  static func cname(_ owner: DomainName, _ target: DomainName, ttl: UInt32 = 300) -> WireRecord {
    WireRecord(owner: owner, type: .cname, ttl: ttl, data: [], nameInData: target)
  }
  static func dname(_ owner: DomainName, _ target: DomainName, ttl: UInt32 = 300) -> WireRecord {
    WireRecord(owner: owner, type: .dname, ttl: ttl, data: [], nameInData: target)
  }
  static func ns(_ owner: DomainName, _ target: DomainName, ttl: UInt32 = 300) -> WireRecord {
    WireRecord(owner: owner, type: .ns, ttl: ttl, data: [], nameInData: target)
  }
  static func soa(_ owner: DomainName, ttl: UInt32, minimum: UInt32, serial: UInt32 = 7) -> WireRecord {
    var data: [UInt8] = [2, 0x6E, 0x73, 0, 0]
    for number in [serial, 3600, 600, 86400, minimum] {
      data += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    return WireRecord(owner: owner, type: .soa, ttl: ttl, data: data)
  }
}

/// Builds the bytes of one response.
struct MessageWriter {
  var bytes: [UInt8] = []
  /// Where names begin, for compression.
  private var places: [DomainName: Int] = [:]
  /// nil leaves letters as they are and compresses always.
  var random: SeededGenerator?

  static func response(
    to question: Question, flags: UInt16 = 0x8580, answers: [WireRecord] = [], authorities: [WireRecord] = [],
    additionals: [WireRecord] = [], option: (ttl: UInt32, data: [UInt8])? = nil, random: SeededGenerator? = nil
  ) -> [UInt8] {
    var writer = MessageWriter(random: random)
    for word in [
      0x1234, flags, 1, UInt16(answers.count), UInt16(authorities.count),
      UInt16(additionals.count + (option == nil ? 0 : 1)),
    ] { writer.put(word) }
    writer.put(question.name)
    writer.put(question.type.rawValue)
    writer.put(1)
    for record in answers + authorities + additionals { writer.put(record) }
    if let option {
      writer.bytes.append(0)
      writer.put(RecordType.opt.rawValue)
      writer.put(1232)
      writer.put(long: option.ttl)
      writer.put(UInt16(option.data.count))
      writer.bytes += option.data
    }
    return writer.bytes
  }

  private init(random: SeededGenerator?) { self.random = random }

  private mutating func chance() -> Bool { random?.next().isMultiple(of: 2) ?? true }

  private mutating func put(_ word: UInt16) { bytes += [UInt8(word >> 8), UInt8(word & 0xFF)] }

  private mutating func put(long: UInt32) {
    put(UInt16(long >> 16))
    put(UInt16(long & 0xFFFF))
  }

  private mutating func put(_ record: WireRecord) {
    put(record.owner)
    put(record.type.rawValue)
    put(1)
    put(long: record.ttl)
    let place = bytes.count
    put(0)
    bytes += record.data
    if let name = record.nameInData { put(name) }
    let length = bytes.count - place - 2
    bytes[place] = UInt8(length >> 8)
    bytes[place + 1] = UInt8(length & 0xFF)
  }

  private mutating func put(_ name: DomainName) {
    var rest: DomainName? = name
    while let here = rest, !here.isRoot {
      if let place = places[here], chance() {
        put(0xC000 | UInt16(place))
        return
      }
      if bytes.count < 0x3FFF { places[here] = bytes.count }
      let label = here.labels[0]
      bytes.append(UInt8(label.count))
      for byte in label {
        let isLetter = (0x61...0x7A).contains(byte)
        bytes.append(isLetter && random != nil && chance() ? byte & 0xDF : byte)
      }
      rest = here.parent
    }
    bytes.append(0)
  }
}
