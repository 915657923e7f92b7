// A zone with the servers that its parent names, and which of their addresses are known.

import Model

/// The delegation of one zone as the walk uses it.
struct ZoneServers: Hashable, Sendable {
  var apex: DomainName
  /// The names of the NS records at the parent, in canonical order.
  var names: [DomainName]
  /// Addresses by name: from glue or hints, or looked up. A name with an empty list has no address; a name that is
  /// missing was not looked up yet.
  var addresses: [DomainName: [IPAddress]]
  /// The TTL of the NS records in seconds; nil for hints.
  var ttl: UInt32?
  /// When the first of the records ends.
  var expires: Timestamp

  /// The names that still have to be looked up.
  var unresolved: [DomainName] { names.filter { addresses[$0] == nil } }

  /// The known addresses that this host can reach, each once, in the order of the names.
  func endpoints(_ reach: AddressFilter) -> [Endpoint] {
    var seen: Set<IPAddress> = []
    return names.flatMap { addresses[$0] ?? [] }.filter { reach.covers($0) && seen.insert($0).inserted }
      .map { Endpoint($0, port: reach.port) }
  }

  /// What must stay the same for the answers of these servers to be comparable: their names and addresses.
  /// Only meaningful within one process.
  var fingerprint: Int {
    var hasher = Hasher()
    hasher.combine(names)
    for name in names { hasher.combine(Set(addresses[name] ?? [])) }
    return hasher.finalize()
  }
}

/// Which addresses can be asked from here.
struct AddressFilter: Hashable, Sendable {
  var port: UInt16
  /// Whether this host has a route to global IPv6 addresses.
  var hasIPv6: Bool

  /// Whether the address can be asked. A zone is not to blame for the lack of IPv6 here.
  func covers(_ address: IPAddress) -> Bool {
    guard case .v6(let high, let low) = address else { return true }
    return hasIPv6 || (high == 0 && low == 1)
  }
}
