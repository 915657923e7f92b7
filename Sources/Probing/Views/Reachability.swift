// Whether this host has a way to global IPv6 addresses, found without sending anything.

import Glibc

/// What this host can reach.
public enum Reachability {
  /// Whether the kernel has a route to global IPv6 addresses. Connecting a UDP socket only looks the route up.
  public static func hasIPv6Route() -> Bool {
    let socket = socket(AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = UInt16(53).bigEndian
    // 2001:7fe::53, a root server.
    withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
      for (index, byte) in [0: 0x20, 1: 0x01, 2: 0x07, 3: 0xFE, 15: 0x53] as [Int: UInt8] { bytes[index] = byte }
    }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
      }
    }
  }
}
