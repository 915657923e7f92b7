// The table of the keys of a record set that is watched as a key is.

internal import Model

/// The keys of a record set.
enum RecordSetSettings {
  /// What can be watched. Of a SOA the serial is left out: it changes with every version of the zone.
  static let types: [RecordType] = [
    .a, .aaaa, .caa, .cname, .dnskey, .ds, .mx, .ns, .ptr, .soa, .srv, .tlsa, .txt,
  ]

  static let name = Setting(
    "name", SettingType<DomainName>.name("a name", KeyNameList.name).located, required: true,
    "The name that is asked; underscores and internationalized names are fine.",
    examples: ["example.org", "_dmarc.example.org", "_25._tcp.mail.example.org"])
  static let type = Setting(
    "type",
    SettingType<String>.word(types.map(\.description)).map { word, _, _ in RecordType(mnemonic: word) }, required: true,
    "The type of the records. DS records are asked at the zone above; the serial of a SOA is left out.",
    examples: ["MX", "TXT"])
  static let expect = Setting(
    "expect", expectation, "What is expected, if not just any records of the type.",
    examples: [
      ["values": ["10 mx1.example.org", "20 mx2.example.org"]], ["contains": ["v=spf1 mx -all"]], ["absent": true],
    ])

  // MARK: expect

  private static let record = SettingType<String>.filledText("a record as in a zone file, without name, TTL and type")
  static let values = Setting(
    "values", SettingType<[String]>.list(record, of: "records", atLeast: 1),
    "The records, all of them: one that is missing, and one that is not here, is critical. Case, final dots and blanks do not "
      + "matter; a TXT record is its text.",
    examples: [["10 mx1.example.org", "20 mx2.example.org"], ["192.0.2.1"]])
  static let contains = Setting(
    "contains", SettingType<[String]>.list(record, of: "records", atLeast: 1),
    "Records that must be there, among others.", examples: [["0 issue \"letsencrypt.org\""]])
  static let absent = Setting(
    "absent", SettingType<Bool>.flag, default: false, "Whether there must be no record of the type.", examples: [true])

  private static let expectation = SettingType<Expectation>.object(
    [values, contains, absent], rules: [.init("not", ["required": ["values", "contains"]])]
  ) { fields, log in
    var expected = Expectation(values: fields.value(values, &log), contains: fields.value(contains, &log))
    if fields.has(values), fields.has(contains) {
      log.refuseShape(
        fields.location(contains), "'values' names all records already; keep one of 'values' and 'contains'")
    }
    if fields.value(absent, &log) == true {
      expected.state = .missing
      for other in [values, contains] where fields.has(other) {
        log.refuse(
          fields.location(other), "'absent' expects no record at all; keep one of 'absent' and '\(other.name)'")
      }
    }
    return expected
  }.named("recordSetExpectation")
}

/// A record set as the file has it.
struct RecordSetDraft: Sendable {
  var name: Located<DomainName>?
  var type: RecordType?
  var expectation: Expectation?
  var terms: WatchTermsDraft
}

extension SettingType where Value == RecordSetDraft {
  static let recordSet = object(
    [
      RecordSetSettings.name, RecordSetSettings.type, WatchSettings.interval, WatchSettings.views,
      RecordSetSettings.expect, WatchSettings.ours, WatchSettings.labels, WatchSettings.note,
    ]
  ) { fields, log in
    RecordSetDraft(
      name: fields.value(RecordSetSettings.name, &log), type: fields.value(RecordSetSettings.type, &log),
      expectation: fields.value(RecordSetSettings.expect, &log),
      terms: WatchTermsDraft(
        interval: fields.value(WatchSettings.interval, &log), views: fields.value(WatchSettings.views, &log),
        isOurs: fields.value(WatchSettings.ours, &log) ?? true,
        labels: fields.value(WatchSettings.labels, &log) ?? [:], note: fields.value(WatchSettings.note, &log)))
  }.named("recordSet")
}
