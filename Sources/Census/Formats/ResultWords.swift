// The words that verifiers use for a result, and what RFC 8601 calls it.

internal import Model

extension SightingResult {
  /// Words beside those of RFC 8601 that Authentication-Results and reports hold in the wild.
  private static let others: [String: SightingResult] = [
    "tmperror": .temperror, "temp_error": .temperror, "tempfail": .temperror, "temporary error": .temperror,
    "transienterror": .temperror, "perm_error": .permerror, "permfail": .permerror, "permanenterror": .permerror,
    "invalid": .permerror, "error": .permerror, "hardfail": .fail, "softfail": .fail, "failed": .fail, "passed": .pass,
    "discard": .fail,
  ]

  /// Reads a word, in whatever case; nil where nobody knows it. `signed` is no word of a verifier.
  package init?(word: some StringProtocol) {
    let lowered = String(decoding: word.utf8.map(\.lowered), as: UTF8.self)
    guard let result = SightingResult(rawValue: lowered) ?? Self.others[lowered], result != .signed else { return nil }
    self = result
  }
}
