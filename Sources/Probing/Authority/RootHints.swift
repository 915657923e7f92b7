// Where a walk begins: the root servers, built in or as configured.

import Model

/// The addresses of the root servers.
enum RootHints {
  /// The list that IANA publishes (named.root of 2024), by letter.
  private static let published: [(letter: String, v4: String, v6: String)] = [
    ("a", "198.41.0.4", "2001:503:ba3e::2:30"),
    ("b", "170.247.170.2", "2801:1b8:10::b"),
    ("c", "192.33.4.12", "2001:500:2::c"),
    ("d", "199.7.91.13", "2001:500:2d::d"),
    ("e", "192.203.230.10", "2001:500:a8::e"),
    ("f", "192.5.5.241", "2001:500:2f::f"),
    ("g", "192.112.36.4", "2001:500:12::d0d"),
    ("h", "198.97.190.53", "2001:500:1::53"),
    ("i", "192.36.148.17", "2001:7fe::53"),
    ("j", "192.58.128.30", "2001:503:c27::2:30"),
    ("k", "193.0.14.129", "2001:7fd::1"),
    ("l", "199.7.83.42", "2001:500:9f::42"),
    ("m", "202.12.27.33", "2001:dc3::35"),
  ]

  /// The root zone's servers; those of the built-in list where `addresses` is empty. They never expire.
  ///
  /// A configured address has no name, so its text stands in the place of one.
  static func servers(_ addresses: [IPAddress]) -> ZoneServers {
    var byName: [DomainName: [IPAddress]] = [:]
    if addresses.isEmpty {
      for server in published {
        guard let name = try? DomainName("\(server.letter).root-servers.net") else { continue }
        byName[name] = [server.v4, server.v6].compactMap { IPAddress($0) }
      }
    } else {
      for address in addresses {
        guard let name = try? DomainName(address.description) else { continue }
        byName[name] = [address]
      }
    }
    return ZoneServers(
      apex: .root, names: byName.keys.sorted(), addresses: byName, ttl: nil,
      expires: Timestamp(microseconds: .max))
  }
}
