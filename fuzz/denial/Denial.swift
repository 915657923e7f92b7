// fuzz: Model DNSSEC
// Any bytes at all: as the data of the records that DNSSEC is made of, and as the proof of an absence. Nothing fails, hashing
// stays within its bound, and a proof never denies a type that a record at the very name has.

import DNSSEC
import Model

private let zone = (try? DomainName("example.org")) ?? .root
private let owners = [
  "example.org", "a.example.org", "z.example.org", "*.example.org", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.org",
  "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv.example.org", "not-base-32.example.org",
].compactMap { try? DomainName($0) }
private let types: [RecordType] = [.nsec, .nsec3, .nsec3param, .ds, .dnskey, .rrsig]

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDenial(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
  var records: [ResourceRecord] = []
  // Each record: its type and owner in one byte, the length of its data in the next.
  while let head = rest.popFirst(), let length = rest.popFirst(), records.count < 16 {
    let data = Array(rest.prefix(Int(length)))
    rest = rest.dropFirst(Int(length))
    records.append(
      ResourceRecord(
        owner: owners[Int(head >> 3) % owners.count], type: types[Int(head & 7) % types.count], ttl: 300,
        data: .other(data)))
  }
  let proof = DenialProof(records)
  precondition(proof.records.count <= records.count)
  for name in owners.prefix(3) {
    for type in [RecordType.txt, .tlsa] {
      let denies = proof.denies(name, type, in: zone)
      let here = proof.records.filter { $0.owner == name }
      let isThere = here.contains { record in
        if case .nsec = record.kind { return record.types.contains(type) }
        return false
      }
      // Others may contradict it; alone it may not be overruled.
      if isThere, proof.records.count == 1 { precondition(denies == false, "a proof denies what it names") }
    }
  }
  for record in records {
    if let parameters = DenialRecord.Parameters(record) {
      let hash = parameters.hash(zone)
      precondition(hash == nil || hash?.count == 20 && parameters.iterations <= DenialRecord.Parameters.iterationLimit)
    }
  }
  return 0
}
