// Where the names of a look lie: whether the zone that answered is the domain's own, and how long its chain of CNAMEs is.

internal import Conventions
package import Model

extension SortedLook {
  /// Whether only the servers of a zone above the domain answered: it has no zone there, as where it is misspelt or not
  /// registered.
  package var isAnsweredAboveDomain: Bool { zone.isAboveRegistration(of: look.key.domain) }

  /// All targets from the key name on, as far as anybody followed them, over as many zones as they cross.
  package var longestChain: [DomainName] {
    let respondents = sources + caches + passedOver
    var chain: [DomainName] = []
    var here = name
    // An answer in the middle of the chain goes on from there; a circle has no end.
    while true {
      let ways = respondents.filter { $0.server.question == here }.map(\.answer.cname)
      guard let longest = ways.max(by: { $0.count < $1.count }), let end = longest.last, end != name,
        !chain.contains(end)
      else { return chain }
      chain += longest
      here = end
    }
  }
}

extension DomainName {
  /// Whether a zone of this name is above what somebody has registered: the registry's, not that of `name`.
  package func isAboveRegistration(of name: DomainName) -> Bool {
    let registered = name.registrableDomain ?? name
    return self != registered && registered.isWithin(self)
  }
}
