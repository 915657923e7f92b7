// Rules on what a key has in common with others of the same run, or of the database.

internal import Model
internal import Syntax

let relationRules: [KeyRule] = [
  .any(
    KeyRules.sharedPrime, .critical,
    summary: "Another key shares a prime with this one: anybody who has both can compute both private keys.",
    remedy:
      "Both keys are compromised, and whatever made them had no good random numbers. Make new keys of 2048 bits on "
      + "another machine under new selectors now, switch signing to them, and revoke these with an empty p=.",
    source: "Heninger et al., Mining Your Ps and Qs (2012)",
    { reading in
      let names = reading.relations.primeSharers
      return names.isEmpty ? nil : Observation("a prime in common with \(listed(names))")
    }),
  .any(
    "key-shared-domains", .info,
    summary:
      "Other signing domains publish the same key in records of their own: anybody who can sign for one can sign for all.",
    remedy:
      "Do nothing if the domains have one owner. If a provider signs for all of them, use a CNAME to its record, so "
      + "that it can change the key everywhere at once. Otherwise give each domain a key of its own.",
    source: "RFC 6376, section 8.3",
    { reading in
      let names = reading.relations.domains
      return names.isEmpty ? nil : Observation("the same key at \(listed(names))")
    }),
]

/// The first of some names, and how many there are more; where so many are named they are not all.
private func listed(_ names: [String]) -> String {
  guard names.count > 5 else { return names.joined(separator: ", ") }
  let isWhole = names.count < KeyRelations.mostNames
  return "\(names.prefix(5).joined(separator: ", ")) and \(isWhole ? "" : "at least ")\(names.count - 5) more"
}
