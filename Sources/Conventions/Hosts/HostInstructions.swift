// What to enter where, so that a record comes about exactly as it should.

public import Model

/// How one record is entered at one host.
public struct HostInstructions: Hashable, Sendable, CustomStringConvertible {
  /// Where the form is, as `Cloudflare (DNS > Records > Add record)`; nil for a zone file.
  public var place: String?
  /// The fields of the form in order, each value exactly as it is pasted; none for a zone file.
  public var fields: [DNSHost.Setting]
  /// What to mind when the data is pasted, as `without quotes and in one piece`; nil where nothing.
  public var remark: String?
  /// The same record as a line of a zone file; good at any host that imports zone files.
  public var zoneFileLine: String

  /// One sentence, or the line of the zone file.
  public var description: String {
    guard let place else { return "In the zone file: \(zoneFileLine)" }
    var parts = fields.map { $0.value.isEmpty ? "\($0.field) left empty" : "\($0.field) \($0.value)" }
    if let remark, parts.count > 2 { parts[2] += ", \(remark)" }
    return "In \(place): \(parts.joined(separator: ", "))."
  }

  /// The place, then a line for each field with nothing behind its value, so that it can be copied.
  public var lines: [String] {
    guard let place else { return ["In the zone file:", zoneFileLine] }
    return ["In \(place)\(remark.map { ", the data \($0)" } ?? ""):"]
      + fields.map { $0.value.isEmpty ? "  \($0.field):" : "  \($0.field): \($0.value)" }
  }
}

extension DNSHost {
  /// How `record` is entered in `zone`.
  ///
  /// Panels are known for TXT and CNAME; for other types, for text that cannot be typed, and for a name outside of the zone
  /// it is the line of a zone file.
  public func instructions(for record: ResourceRecord, zone: DomainName) -> HostInstructions {
    let line = record.zoneFileLine
    guard !isZoneFile, record.owner.isWithin(zone), let data = data(of: record) else {
      return HostInstructions(place: nil, fields: [], remark: nil, zoneFileLine: line)
    }
    var settings = [
      Setting(field: fields.type, value: record.type.description),
      Setting(field: fields.name, value: entered(record.owner, zone)), data.setting,
    ]
    if record.type == .cname, let aliasSetting { settings.append(aliasSetting) }
    if let ttl = fields.ttl {
      settings.append(Setting(field: ttl.field, value: ttl.value.replacing("<ttl>", with: "\(record.ttl)")))
    }
    return HostInstructions(place: "\(name) (\(place))", fields: settings, remark: data.remark, zoneFileLine: line)
  }

  private func entered(_ owner: DomainName, _ zone: DomainName) -> String {
    switch nameForm {
    case .absolute: return owner.description
    case .relative(let apex):
      let labels = owner.labels.count - zone.labels.count
      guard labels > 0, let relative = try? DomainName(labels: owner.labels.prefix(labels).map(Array.init)) else {
        return apex
      }
      return relative.description
    }
  }

  private func data(of record: ResourceRecord) -> (setting: Setting, remark: String?)? {
    switch record.data {
    case .txt(let text):
      // A panel takes what a keyboard has.
      guard text.joined.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
      switch textForm {
      case .plain: return (Setting(field: fields.text, value: text.text), "without quotes and in one piece")
      case .strings:
        let strings = TextRecord(bytes: text.joined)
        let remark =
          strings.strings.count > 1
          ? "with the quotes, as strings of at most 255 bytes on one line" : "with the quotes"
        return (Setting(field: fields.text, value: strings.zoneFileText), remark)
      }
    case .cname(let target):
      switch targetForm {
      case .plain: return (Setting(field: fields.target, value: target.description), nil)
      case .dot: return (Setting(field: fields.target, value: target.absoluteText), "with the final dot")
      }
    default: return nil
    }
  }
}
