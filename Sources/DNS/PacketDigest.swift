// The digest straight from a packet: what an unchanged answer costs. No libldns, no values, no memory taken.

public import Model
import Glibc

/// Computes digests from received packets. Made once and used again and again.
///
/// It reads the everyday forms: TXT at the name or at the end of plain CNAMEs, and the plain absence of it.
/// For anything else (DNAME, other record types, referrals, a chain in a circle, bytes out of bounds) it has no digest,
/// and the decoded message tells. Where it has one, it is the digest of `Answer(replyTo:message:)`.
public struct PacketDigester: ~Copyable {
  private var outline = MessageOutline()
  private var form = CanonicalForm()
  private var set: [Range<Int>] = []
  private let current = UnsafeMutableRawBufferPointer.allocate(byteCount: 255, alignment: 1)
  private let other = UnsafeMutableRawBufferPointer.allocate(byteCount: 255, alignment: 1)

  public init() {}

  deinit {
    current.deallocate()
    other.deallocate()
  }

  /// The digest of the answer to the TXT question that the packet itself repeats; nil where only decoding can tell.
  public mutating func digest(of packet: UnsafeRawBufferPointer) -> Digest? {
    guard (try? outline.read(packet)) != nil, outline.hasQuestion, outline.questionType == RecordType.txt.rawValue,
      !outline.truncated, let name = try? WireName.read(packet, at: MessageOutline.headerLength, into: current)
    else { return nil }
    guard outline.records.allSatisfy({ Self.isPlain($0.type) }) else { return nil }
    form.begin()
    set.removeAll(keepingCapacity: true)
    guard follow(packet, nameLength: name.length) else { return nil }
    switch outline.rcode {
    case 0 where !set.isEmpty:
      form.append(outcome: .records)
      appendSet(packet)
    case 0:
      if isReferral { return nil }
      form.append(outcome: .nodata)
    case 3: form.append(outcome: .nxdomain)
    default: return nil
    }
    return form.digest
  }

  private static func isPlain(_ type: RecordType) -> Bool {
    switch type {
    case .a, .aaaa, .ns, .cname, .soa, .txt: true
    default: false
    }
  }

  /// No records, and name servers in place of a SOA: what the server means is for the authoritative walk to say.
  private var isReferral: Bool {
    var hasServers = false
    for record in outline.records where record.section == .authority {
      if record.type == .soa { return false }
      hasServers = hasServers || record.type == .ns
    }
    return hasServers
  }

  /// Follows plain CNAMEs from the name in `current`; false where the chain is out of the ordinary.
  private mutating func follow(_ packet: UnsafeRawBufferPointer, nameLength: Int) -> Bool {
    var length = nameLength
    for _ in 0..<Answer.chainLimit {
      var alias: Int?
      for record in outline.records {
        guard record.section == .answer else { break }
        guard record.type == .txt || record.type == .cname,
          let owner = try? WireName.read(packet, at: record.owner, into: other), owner.length == length,
          memcmp(owner: length)
        else { continue }
        if record.type == .txt {
          set.append(record.data)
        } else if alias == nil {
          alias = record.data.lowerBound
        } else {
          return false
        }
      }
      guard set.isEmpty, let alias else { return true }
      guard let target = try? WireName.read(packet, at: alias, into: current) else { return false }
      length = target.length
      form.append(target: UnsafeRawBufferPointer(rebasing: current[..<length]))
    }
    return false
  }

  private func memcmp(owner length: Int) -> Bool {
    guard let one = current.baseAddress, let another = other.baseAddress else { return false }
    return Glibc.memcmp(one, another, length) == 0
  }

  /// The RDATA in canonical order, each once.
  private mutating func appendSet(_ packet: UnsafeRawBufferPointer) {
    if set.count > 1 {
      set.sort { packet[$0].lexicographicallyPrecedes(packet[$1]) }
    }
    for index in set.indices {
      if index > 0, packet[set[index]].elementsEqual(packet[set[index - 1]]) { continue }
      form.append(data: UnsafeRawBufferPointer(rebasing: packet[set[index]]))
    }
  }
}
