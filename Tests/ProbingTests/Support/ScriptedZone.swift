// One zone of the scripted internet.

import DNS
import Model

struct ScriptedZone: Sendable {
  var apex: DomainName
  var serial: UInt32 = 1
  var minimum: UInt32 = 60
  var records: [ResourceRecord] = []

  /// `zone <apex> [serial=<n>] [minimum=<n>]`
  init(_ words: [String]) {
    apex = name(words[1])
    for word in words.dropFirst(2) {
      let parts = word.split(separator: "=")
      if parts.count == 2, let number = UInt32(parts[1]) {
        if parts[0] == "serial" { serial = number }
        if parts[0] == "minimum" { minimum = number }
      }
    }
  }

  /// `<owner> [<ttl>] <type> <data…>`
  mutating func add(_ words: [String]) {
    let ttl = UInt32(words[1])
    let rest = words.dropFirst(ttl == nil ? 1 : 2)
    let data = rest.dropFirst().joined(separator: " ")
    let owner = name(words[0])
    func add(_ type: RecordType, _ data: ResourceRecord.Data) {
      records.append(ResourceRecord(owner: owner, type: type, ttl: ttl ?? 300, data: data))
    }
    switch rest.first {
    case "NS": add(.ns, .ns(name(data)))
    case "CNAME": add(.cname, .cname(name(data)))
    case "DNAME": add(.dname, .dname(name(data)))
    case "TXT": add(.txt, .txt(TextRecord(data)))
    case "A", "AAAA":
      guard let address = IPAddress(data) else { preconditionFailure("\(data) is no address") }
      add(address.isV6 ? .aaaa : .a, .a(address))
    case "MX":
      let parts = data.split(separator: " ").map(String.init)
      add(.mx, .other([0, UInt8(parts[0]) ?? 0] + name(parts[1]).wire))
    case "DS": add(.ds, .other([0x30, 0x39, 13, 2, 0xAB, 0xCD, 0xEF]))
    case "TLSA": add(.tlsa, .other([3, 1, 1, 0xAB, 0xCD, 0xEF]))
    default: preconditionFailure("cannot read \(words)")
    }
  }

  var start: ResourceRecord {
    ResourceRecord(
      owner: apex, type: .soa, ttl: 900,
      data: .soa(StartOfAuthority(primary: apex, serial: serial, minimum: minimum)))
  }

  /// The zone cut at or above the name, below the apex.
  func cut(above owner: DomainName) -> DomainName? {
    var cut: DomainName?
    var current: DomainName? = owner
    while let name = current, name != apex {
      if records.contains(where: { $0.owner == name && $0.type == .ns }) { cut = name }
      current = name.parent
    }
    return cut
  }

  /// The records at the name, by wildcard where it does not exist.
  func set(at owner: DomainName) -> [ResourceRecord] {
    let own = records.filter { $0.owner == owner } + (owner == apex ? [start] : [])
    guard own.isEmpty, !isOwner(owner), let above = owner.parent, let star = try? above.prepending(name("*")) else {
      return own
    }
    return records.filter { $0.owner == star }.map { record in
      var record = record
      record.owner = owner
      return record
    }
  }

  /// Whether the name exists; what a wildcard covers does.
  func exists(_ owner: DomainName) -> Bool {
    isOwner(owner) || records.contains { $0.owner.isWildcard && $0.owner.parent == owner.parent }
  }

  /// Whether there are records at the name or below.
  private func isOwner(_ name: DomainName) -> Bool { name == apex || records.contains { $0.owner.isWithin(name) } }

  /// The DNAME above the name and where it leads (RFC 6672).
  func redirect(from owner: DomainName) -> (ResourceRecord, DomainName)? {
    for record in records {
      guard case .dname(let target) = record.data, owner != record.owner, owner.isWithin(record.owner),
        let prefix = DomainName(wire: owner.wire.dropLast(record.owner.wire.count) + [0]),
        let name = try? target.prepending(prefix)
      else { continue }
      return (record, name)
    }
    return nil
  }
}

extension DomainName {
  fileprivate var isWildcard: Bool { labels.first.map { $0.elementsEqual([UInt8(ascii: "*")]) } ?? false }
}
