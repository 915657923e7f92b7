// Whether a text or a name was meant as a key record; what it is worth, `Keys` says.

package import Model

extension TextRecord {
  /// Whether this is meant as a key record: `v=DKIM1` first, or a `p=` tag. What it is worth, `Keys` says.
  package var looksLikeKey: Bool {
    let text = self.text.lowercased().filter { !$0.isWhitespace && $0 != "\"" }
    // DMARC has a p= too.
    if text.hasPrefix("v="), !text.hasPrefix("v=dkim") { return false }
    return text.hasPrefix("v=dkim1") || text.hasPrefix("k=rsa;") || text.hasPrefix("k=ed25519;")
      || text.hasPrefix("p=m") || text.contains(";p=")
  }
}

extension DomainName {
  /// Whether this is the text of a key record that was entered as a host name.
  package var looksLikeKeyText: Bool {
    let text = labels.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    return TextRecord(text).looksLikeKey
  }
}
