// The mark of a zone straight from a packet: what an unchanged answer to a pulse costs. No libldns, no memory taken.

public import Model

/// Reads marks from received packets. Made once and used again and again.
///
/// Where it has one, it is `ZoneMark(message)` of the decoded packet.
public struct ZoneMarkReader: ~Copyable {
  private var outline = MessageOutline()
  private let asked = UnsafeMutableRawBufferPointer.allocate(byteCount: 255, alignment: 1)
  private let other = UnsafeMutableRawBufferPointer.allocate(byteCount: 255, alignment: 1)

  public init() {}

  deinit {
    asked.deallocate()
    other.deallocate()
  }

  /// The mark in an answer to a question for SOA or NS; nil where it has none.
  public mutating func mark(of packet: UnsafeRawBufferPointer) -> ZoneMark? {
    guard (try? outline.read(packet)) != nil, outline.hasQuestion, outline.rcode == 0, !outline.truncated,
      let name = try? WireName.read(packet, at: MessageOutline.headerLength, into: asked)
    else { return nil }
    switch RecordType(rawValue: outline.questionType) {
    case .soa: return outline.authoritative ? serial(packet, name.length) : nil
    case .ns:
      return servers(packet, name.length, in: .answer) ?? servers(packet, name.length, in: .authority)
    default: return nil
    }
  }

  private func serial(_ packet: UnsafeRawBufferPointer, _ length: Int) -> ZoneMark? {
    for record in outline.records where record.section == .answer && record.type == .soa {
      guard isAsked(packet, record.owner, length),
        let primary = try? WireName.read(packet, at: record.data.lowerBound),
        let responsible = try? WireName.read(packet, at: primary.end),
        responsible.end + 4 <= record.data.upperBound
      else { continue }
      return .serial(UInt32(packet.word(at: responsible.end)) << 16 | UInt32(packet.word(at: responsible.end + 2)))
    }
    return nil
  }

  private func servers(
    _ packet: UnsafeRawBufferPointer, _ length: Int, in section: MessageOutline.Section
  ) -> ZoneMark? {
    var digest = ServerSetDigest()
    for record in outline.records where record.section == section && record.type == .ns {
      guard isAsked(packet, record.owner, length),
        let server = try? WireName.read(packet, at: record.data.lowerBound, into: other)
      else { continue }
      digest.add(UnsafeRawBufferPointer(rebasing: other[..<server.length]))
    }
    return digest.mark
  }

  /// Whether the name at a place is the name that was asked.
  private func isAsked(_ packet: UnsafeRawBufferPointer, _ place: Int, _ length: Int) -> Bool {
    guard let owner = try? WireName.read(packet, at: place, into: other), owner.length == length else { return false }
    return other[..<length].elementsEqual(asked[..<length])
  }
}

/// The names of a set of servers in one number, whatever their order.
private struct ServerSetDigest {
  private var sum: UInt32 = 0
  private var count = 0

  /// FNV-1a over the wire form, summed up.
  mutating func add(_ name: UnsafeRawBufferPointer) {
    var hash: UInt32 = 0x811C_9DC5
    for byte in name { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    sum &+= hash
    count += 1
  }

  /// nil where there is no name.
  var mark: ZoneMark? { count == 0 ? nil : .servers(sum) }
}

extension ZoneMark {
  /// The mark in an answer to a question for SOA or NS; nil where it has none.
  ///
  /// The serial counts only from a server with authority; the servers from any answer, a referral of the zone above too.
  public init?(_ message: Message) {
    guard let question = message.question, message.rcode == .noError, !message.truncated else { return nil }
    switch question.type {
    case .soa:
      for record in message.answers where message.authoritative && record.owner == question.name {
        if case .soa(let start) = record.data {
          self = .serial(start.serial)
          return
        }
      }
      return nil
    case .ns:
      guard
        let mark = Self.servers(of: question.name, in: message.answers)
          ?? Self.servers(of: question.name, in: message.authorities)
      else { return nil }
      self = mark
    default: return nil
    }
  }

  private static func servers(of zone: DomainName, in records: [ResourceRecord]) -> ZoneMark? {
    var digest = ServerSetDigest()
    for record in records where record.owner == zone {
      if case .ns(let server) = record.data { server.wire.withUnsafeBytes { digest.add($0) } }
    }
    return digest.mark
  }
}
