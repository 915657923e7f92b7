// Answers as rows: what the digest covers is stored once, the rest of an answer with its span.

internal import Foundation
internal import GRDB
internal import Model

enum AnswerRow {
  /// Stores what the digest covers and returns the row's id.
  static func insert(_ answer: Answer, _ connection: Database) throws -> Int64 {
    try connection.cachedStatement(sql: "INSERT INTO answers (digest, outcome, failure, cname) VALUES (?, ?, ?, ?)")
      .execute(arguments: [
        answer.digest.bytes, answer.outcome.word, answer.outcome.failure?.rawValue,
        answer.cname.map(\.description).joined(separator: " "),
      ])
    let id = connection.lastInsertedRowID
    for (position, record) in answer.records.enumerated() {
      try connection.cachedStatement(
        sql: "INSERT INTO answer_records (answer, position, rdata, text) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [id, position, Data(record.rdata), record.text])
    }
    return id
  }

  /// Rebuilds the answer of a span from its row, joined with that of its answer.
  static func answer(_ row: Row, records: [TextRecord], _ decoder: JSONDecoder) throws -> Answer {
    guard let digest = Digest(bytes: row["digest"]), let outcome = outcome(row["outcome"], row["failure"]),
      let transport = Transport(rawValue: row["transport"])
    else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "answer \(row["answer"] as Int64) is not readable")
    }
    let flags = (row["flags"] as String).split(separator: " ")
    let extendedErrors: [ExtendedError]? = try (row["extended_errors"] as String?).map {
      try decoder.decode([ExtendedError].self, from: Data($0.utf8))
    }
    return Answer(
      outcome: outcome, rcode: (row["rcode"] as UInt16?).map(ResponseCode.init(rawValue:)),
      cname: try (row["cname"] as String).split(separator: " ").map { try DomainName($0) },
      viaDNAME: flags.contains("dname"), records: records, ttl: row["ttl"], negativeTTL: row["negative_ttl"],
      authoritative: flags.contains("aa"), authenticated: flags.contains("ad"), truncated: flags.contains("tc"),
      extendedErrors: extendedErrors ?? [], transport: transport,
      roundTrip: .microseconds(row["round_trip"] as Int64), digest: digest)
  }

  /// The TXT records of one answer.
  static func records(of answer: Int64, _ connection: Database) throws -> [TextRecord] {
    let statement = try connection.cachedStatement(
      sql: "SELECT rdata FROM answer_records WHERE answer = ? ORDER BY position")
    return try Data.fetchAll(statement, arguments: [answer]).map { rdata in
      guard let record = TextRecord(rdata: rdata) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a record of answer \(answer) is not readable")
      }
      return record
    }
  }

  /// The words of the flags that are set.
  static func flags(of answer: Answer) -> String {
    let flags = [
      ("aa", answer.authoritative), ("ad", answer.authenticated), ("tc", answer.truncated), ("dname", answer.viaDNAME),
    ]
    return flags.filter(\.1).map(\.0).joined(separator: " ")
  }

  /// The outcome in two columns; nil where they hold no known one.
  static func outcome(_ word: String, _ failure: String?) -> Outcome? {
    switch word {
    case "records": .records
    case "nodata": .nodata
    case "nxdomain": .nxdomain
    default: failure.flatMap(Outcome.Failure.init(rawValue:)).map(Outcome.failed)
    }
  }
}

extension Digest {
  /// 16 bytes in network byte order.
  var bytes: Data {
    Data([high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } })
  }

  /// Takes 16 bytes in network byte order.
  init?(bytes: Data) {
    guard bytes.count == 16 else { return nil }
    self.init(
      high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }, low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }
}

extension Row {
  /// The key name in the columns `domain` and `selector`; the record set, where there is a `record_type`.
  func keyName() throws -> KeyName {
    if hasColumn("record_type"), let mnemonic = self["record_type"] as String? {
      guard let type = RecordType(mnemonic: mnemonic) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the record type \(mnemonic) is not known")
      }
      return KeyName(recordSet: try name("domain"), type)
    }
    return try KeyName(selector: name("selector"), domain: name("domain"))
  }

  func name(_ column: String) throws -> DomainName { try DomainName(self[column] as String) }

  func time(_ column: String) -> Timestamp { Timestamp(microseconds: self[column]) }

  func optionalTime(_ column: String) -> Timestamp? {
    (self[column] as Int64?).map(Timestamp.init(microseconds:))
  }

  func json<Value: Decodable>(_ column: String, _ decoder: JSONDecoder) throws -> Value {
    try decoder.decode(Value.self, from: Data((self[column] as String).utf8))
  }
}

extension KeyName {
  /// What `watches` and `events` have in the column `selector`: the type of a record set, in capitals, which no selector has.
  var storedSelector: String { isKey ? selector.description : type.description }
  /// What `watches` has in the column `record_type`.
  var storedType: String? { isKey ? nil : type.description }
}
