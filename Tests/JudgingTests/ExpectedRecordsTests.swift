// What people write as the values of a record set, and what servers say.

import Model
import Testing

@testable import Judging

@Suite struct ExpectedRecordsTests {
  @Test(
    arguments: [
      (
        RecordType.mx, ["10 MX1.Example.org", "20  mx2.example.org."], ["10 mx1.example.org.", "20 mx2.example.org."],
        nil
      ),
      (
        .mx, ["10 mx1.example.org"], ["10 mx1.example.org.", "20 mx2.example.org."],
        "20 mx2.example.org. is not expected"
      ),
      (
        .mx, ["10 mx1.example.org"], ["20 mx1.example.org."],
        "10 mx1.example.org is missing, and 20 mx1.example.org. is not expected"
      ),
      (.aaaa, ["2001:DB8:0:0::1"], ["2001:db8::1"], nil),
      (.caa, ["0 issue letsencrypt.org"], ["0 issue \"letsencrypt.org\""], nil),
      (.txt, ["\"v=spf1 -all\""], ["v=spf1 -all"], nil),
      (.txt, ["v=spf1 -ALL"], ["v=spf1 -all"], "v=spf1 -ALL is missing, and v=spf1 -all is not expected"),
      (.ds, ["12345 13 2 abcd ef01"], ["12345 13 2 ABCDEF01"], nil),
      (.dnskey, ["257 3 13 AQID BA=="], ["257 3 13 AQIDBA=="], nil),
      (
        .dnskey, ["257 3 13 aqidba=="], ["257 3 13 AQIDBA=="],
        "257 3 13 aqidba== is missing, and 257 3 13 AQIDBA== is not expected"
      ),
    ] as [(RecordType, [String], [String], String?)])
  func valuesAreTheWholeSet(type: RecordType, expected: [String], seen: [String], complaint: String?) {
    let records = ExpectedRecords(Expectation(values: expected), type: type)
    #expect(records.complaint(about: seen.map { TextRecord($0) }) == complaint)
  }

  @Test func othersMayBeBesideWhatIsContained() {
    let records = ExpectedRecords(Expectation(contains: ["10 mx1.example.org"]), type: .mx)
    #expect(records.complaint(about: [TextRecord("10 mx1.example.org."), TextRecord("20 mx2.example.org.")]) == nil)
    #expect(records.complaint(about: [TextRecord("20 mx2.example.org.")]) == "10 mx1.example.org is missing")
    #expect(ExpectedRecords(Expectation(), type: .mx).complaint(about: []) == nil)
  }
}
