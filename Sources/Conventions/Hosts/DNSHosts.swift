// Who hosts a zone, by the names of its servers.

internal import Embedded
public import Model

/// The hosts that are known.
public enum DNSHosts {
  /// All of them.
  public static let all = table.hosts
  /// What is wrong with the rows that were left out: nothing, or a test would have failed.
  static let errors = table.errors

  private static let table = DNSHostTable(EmbeddedFile.hosts.bytes)

  /// The host that most of these servers belong to; the zone file where none is known.
  public static func host(servers: [DomainName]) -> DNSHost {
    var best = (host: DNSHost.zoneFile, count: 0)
    for host in all {
      let count = servers.count { server in host.servers.contains { $0.match(server) != nil } }
      if count > best.count { best = (host, count) }
    }
    return best.host
  }
}
