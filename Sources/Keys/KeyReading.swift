// All TXT records at one key name, and the one that receivers would take for the key.

internal import Model

/// What the rules look at.
struct KeyReading: Sendable {
  let records: [RecordReading]
  /// The record that is judged: the best of the key records, else the first record.
  let subject: RecordReading
  /// The least size that is expected of an RSA key, in bits.
  let minimumBits: Int?

  init(_ records: [TextRecord], minimumBits: Int? = nil) {
    let readings = records.isEmpty ? [RecordReading(TextRecord(strings: [[]]))] : records.map(RecordReading.init)
    self.records = readings
    self.minimumBits = minimumBits
    let keys = readings.filter { $0.kind == .key }
    let whole = keys.first { $0.summary.map { !$0.revoked } ?? false }
    subject = whole ?? keys.first ?? readings[0]
  }

  /// The key records among them.
  var keys: [RecordReading] { records.filter { $0.kind == .key } }

  /// The other records.
  var others: [RecordReading] { records.filter { $0.kind != .key } }

  /// How receivers that accept one TXT record at most see several.
  static let refusesSeveral = "OpenDKIM and go-msgauth"
}
