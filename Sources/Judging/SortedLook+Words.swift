// What a look is about, in the words of its texts: a key, or another record set.

internal import Model

extension SortedLook {
  /// `key`, or `MX record set`.
  package var noun: String { look.key.isKey ? "key" : "\(look.key.type) record set" }

  /// `TXT record`, `MX record`.
  package var recordNoun: String { "\(look.key.type) record" }

  /// `a TXT record`, `an MX record`.
  package var aRecord: String { "\(look.key.type.withArticle) record" }
}
