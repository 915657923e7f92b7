// libldns's records to values.

import CLdns
import Model

/// Reads what libldns decoded. A part that is not there is `undecodable`, never a trap.
enum RecordReader {
  /// All records of a section.
  static func records(_ list: UnsafeMutablePointer<ldns_rr_list>?) throws(MessageError) -> [ResourceRecord] {
    guard let list else { return [] }
    var records: [ResourceRecord] = []
    let count = ldns_rr_list_rr_count(list)
    records.reserveCapacity(count)
    for index in 0..<count {
      guard let record = ldns_rr_list_rr(list, index) else { continue }
      records.append(try Self.record(record))
    }
    return records
  }

  /// The owner name of a record or a question.
  static func owner(_ record: UnsafeMutablePointer<ldns_rr>) throws(MessageError) -> DomainName {
    try name(ldns_rr_owner(record))
  }

  private static func record(_ record: UnsafeMutablePointer<ldns_rr>) throws(MessageError) -> ResourceRecord {
    let type = RecordType(rawValue: UInt16(truncatingIfNeeded: ldns_rr_get_type(record).rawValue))
    let ttl = ldns_rr_ttl(record)
    return ResourceRecord(
      owner: try owner(record), type: type, ttl: ttl & 0x8000_0000 == 0 ? ttl : 0, data: try data(of: record, type))
  }

  private static func data(
    of record: UnsafeMutablePointer<ldns_rr>, _ type: RecordType
  ) throws(MessageError) -> ResourceRecord.Data {
    let fields = ldns_rr_rd_count(record)
    switch type {
    case .a, .aaaa:
      guard let address = IPAddress(bytes: try field(record, 0)) else { throw .undecodable("\(type) without address") }
      return .a(address)
    case .ns: return .ns(try name(ldns_rr_rdf(record, 0)))
    case .cname: return .cname(try name(ldns_rr_rdf(record, 0)))
    case .dname: return .dname(try name(ldns_rr_rdf(record, 0)))
    case .soa:
      return .soa(
        StartOfAuthority(
          primary: try name(ldns_rr_rdf(record, 0)), responsible: try name(ldns_rr_rdf(record, 1)),
          serial: try number(record, 2), refresh: try number(record, 3), retry: try number(record, 4),
          expire: try number(record, 5), minimum: try number(record, 6)))
    case .txt:
      var strings: [[UInt8]] = []
      for index in 0..<fields { strings.append(Array(try field(record, index).dropFirst())) }
      return .txt(TextRecord(strings: strings))
    default:
      var bytes: [UInt8] = []
      for index in 0..<fields { bytes += try field(record, index) }
      return .other(bytes)
    }
  }

  private static func field(_ record: UnsafeMutablePointer<ldns_rr>, _ index: Int) throws(MessageError) -> [UInt8] {
    guard let field = ldns_rr_rdf(record, index) else { throw .undecodable("RDATA without field \(index)") }
    return bytes(field)
  }

  private static func number(_ record: UnsafeMutablePointer<ldns_rr>, _ index: Int) throws(MessageError) -> UInt32 {
    let bytes = try field(record, index)
    guard bytes.count == 4 else { throw .undecodable("a SOA number has \(bytes.count) bytes") }
    return bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func name(_ field: UnsafeMutablePointer<ldns_rdf>?) throws(MessageError) -> DomainName {
    guard let field, let name = DomainName(wire: bytes(field)) else { throw .undecodable("a name is missing") }
    return name
  }

  private static func bytes(_ field: UnsafeMutablePointer<ldns_rdf>) -> [UInt8] {
    guard let data = ldns_rdf_data(field) else { return [] }
    return [UInt8](UnsafeBufferPointer(start: data, count: ldns_rdf_size(field)))
  }
}
