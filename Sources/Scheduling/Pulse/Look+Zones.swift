// Which zones a key depends on, as a look has found them.

public import Model

extension Look {
  /// The zones whose servers the view was asked through: that of the key name first, then those that its chain leads to.
  ///
  /// - Parameter parents: the servers of the zone above a zone.
  public func pulsedZones(inView view: String, parents: (DomainName) -> [Endpoint]) -> [PulsedZone] {
    guard let answer = views.first(where: { $0.view == view && $0.isAuthoritative }) else { return [] }
    var zones: [PulsedZone] = []
    for server in answer.servers {
      guard let name = server.zone, !name.isRoot, let endpoint = server.endpoint else { continue }
      if let index = zones.firstIndex(where: { $0.name == name }) {
        if !zones[index].servers.contains(endpoint) { zones[index].servers.append(endpoint) }
      } else {
        zones.append(PulsedZone(name: name, servers: [endpoint]))
      }
    }
    for index in zones.indices {
      zones[index].parents = parents(zones[index].name)
      if let delegation = answer.delegation, delegation.zone == zones[index].name {
        zones[index].serial = delegation.serials.values.reduce(nil) { newest, serial in
          newest.map { SerialNumber.isAfter(serial, $0) ? serial : $0 } ?? serial
        }
      }
    }
    return zones
  }
}
