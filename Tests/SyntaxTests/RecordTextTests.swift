// The forms in which people have records, and the messages on what is no record.

import Model
import Syntax
import Testing
import TestSupport

@Suite struct RecordTexts {
  static let forms: [(String, [[String]])] = [
    ("v=DKIM1; p=QUJD\n", [["v=DKIM1; p=QUJD"]]),
    ("v=DKIM1; p=QUJD\r\n", [["v=DKIM1; p=QUJD"]]),
    ("  v=DKIM1; p=QUJD ", [["  v=DKIM1; p=QUJD "]]),
    ("v=DKIM1\\; p=QU\"JD", [["v=DKIM1\\; p=QU\"JD"]]),
    ("v=DKIM1; p=QU\n  JD", [["v=DKIM1; p=QU   JD"]]),
    ("v=DKIM1; p=QUJD\nv=spf1 -all\n", [["v=DKIM1; p=QUJD"], ["v=spf1 -all"]]),
    ("v=DKIM1; n=txt is a type; p=QUJD", [["v=DKIM1; n=txt is a type; p=QUJD"]]),
    ("my text is here", [["my text is here"]]),
    ("\"v=DKIM1; \" \"p=QUJD\"", [["v=DKIM1; ", "p=QUJD"]]),
    ("\"\"", [[""]]),
    ("\"a\\\"b\\;c\\\\d\\010\\255\"", [["a\"b;c\\d\n\u{FF}"]]),
    ("( \"v=DKIM1; \" ; comment\n \"p=QUJD\" )", [["v=DKIM1; ", "p=QUJD"]]),
    (
      "sel._domainkey.example.org. 300 IN TXT ( \"v=DKIM1; \" \n \"p=QUJD\" ) ; made by opendkim-genkey",
      [["v=DKIM1; ", "p=QUJD"]]
    ),
    ("sel._domainkey\tIN\tTXT\t( \"v=DKIM1; k=rsa; \"\n\t  \"p=QUJD\" )\n", [["v=DKIM1; k=rsa; ", "p=QUJD"]]),
    ("sel._domainkey 1h TXT \"p=\"", [["p="]]),
    ("  IN TXT \"p=\"", [["p="]]),
    ("TXT \"p=\"", [["p="]]),
    ("$ORIGIN example.org.\n$TTL 300\nsel._domainkey IN TXT \"p=\"", [["p="]]),
    ("sel._domainkey IN TXT p=QUJD", [["p=QUJD"]]),
    ("sel IN TYPE16 \\# 5 0470 3d51 55", [["p=QU"]]),
    ("a.example. 5 IN CNAME b.example.\nb.example. 5 IN TXT \"p=\" \"QUJD\"", [["p=", "QUJD"]]),
    ("target.example.net.\n\"v=DKIM1; p=QUJD\"\n\"v=spf1 -all\"\n", [["v=DKIM1; p=QUJD"], ["v=spf1 -all"]]),
    ("sel._domainkey.example.org descriptive text \"p=QUJD\"", [["p=QUJD"]]),
    ("sel._domainkey.example.org\ttext = \"p=QUJD\"", [["p=QUJD"]]),
    (
      """

      ; <<>> DiG 9.18.24 <<>> txt sel._domainkey.example.org
      ;; global options: +cmd
      ;; Got answer:
      ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
      ;; QUESTION SECTION:
      ;sel._domainkey.example.org.	IN	TXT

      ;; ANSWER SECTION:
      sel._domainkey.example.org. 300	IN CNAME sel.example.net.
      sel.example.net.	300	IN	TXT	"v=DKIM1; k=rsa; p=" "QUJD"
      sel.example.net.	300	IN	TXT	"other"
      sel.example.net.	300	IN	RRSIG	TXT 13 3 300 20260101000000 20250101000000 1 example.net. QUJDRA==

      ;; AUTHORITY SECTION:
      example.net.	300	IN	SOA	ns.example.net. host.example.net. ( 1 2 3 4
        5 )

      ;; Query time: 3 msec
      """, [["v=DKIM1; k=rsa; p=", "QUJD"], ["other"]]
    ),
  ]

  @Test(arguments: forms) func read(_ text: String, _ expected: [[String]]) throws {
    let records = try RecordText.read(text)
    // Bytes above 0x7F stand for themselves in this table.
    let strings = expected.map { $0.map { $0.unicodeScalars.map { UInt8($0.value) } } }
    #expect(records.map(\.strings) == strings)
  }

  static let faults: [(String, Int, Int, String)] = [
    ("", 1, 1, "empty"),
    (" \n\t", 1, 1, "empty"),
    ("\"v=DKIM1", 1, 9, "no closing quotation mark"),
    ("\"a\"\n\"v=DKIM1\n\"", 2, 9, "no closing quotation mark on its line"),
    ("( \"a\"\n", 1, 1, "'(' without ')'"),
    ("\"a\" )", 1, 5, "')' without '('"),
    ("\"a\\25\"", 1, 3, "expected three digits"),
    ("\"a\\256\"", 1, 3, "is not a byte"),
    ("\"a\\", 1, 3, "nothing after it"),
    ("sel IN TXT", 1, 8, "TXT without data"),
    ("sel IN TXT v=DKIM1; p=QUJD", 1, 19, "begins a comment"),
    ("sel IN TXT \\# 5 04", 1, 12, "hexadecimal"),
    (";; ANSWER SECTION:\nsel. 3 IN A 192.0.2.1\n", 3, 1, "no TXT record"),
    ("MX \"a\"\n\"b\"", 1, 1, "before a quoted string"),
  ]

  @Test(arguments: faults) func refuse(_ text: String, _ line: Int, _ column: Int, _ message: String) {
    do throws(RecordTextError) {
      let records = try RecordText.read(text)
      Issue.record("read \(records)")
    } catch {
      #expect(error.line == line)
      #expect(error.column == column)
      #expect(error.message.contains(message), "\(error)")
    }
  }

  @Test func aRecordIsReadBackAsItIsPrinted() throws {
    var generator = SeededGenerator(seed: 500)
    for _ in 0..<500 {
      let strings = (0..<Int.random(in: 1...4, using: &generator)).map { _ -> [UInt8] in
        let count = Int.random(in: 0...255, using: &generator)
        return generator.bytes(count)
      }
      let record = TextRecord(strings: strings)
      #expect(try RecordText.read(record.zoneFileText) == [record])
      #expect(try RecordText.read("sel._domainkey IN TXT " + record.zoneFileText) == [record])
    }
  }
}
