// The notify protocol against a real datagram socket.

import Glibc
import Testing

@testable import Daemon

@Suite struct SystemdNotifierTests {
  @Test(arguments: [false, true])
  func sendsOneDatagram(isAbstract: Bool) throws {
    let manager = try Manager(isAbstract: isAbstract)
    let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": manager.environmentValue])
    notifier.send(.ready, .status("watching\n3 selectors"))
    #expect(manager.receive() == "READY=1\nSTATUS=watching 3 selectors")
    notifier.send(.reloading(monotonicMicroseconds: 42))
    #expect(manager.receive() == "RELOADING=1\nMONOTONIC_USEC=42")
  }

  @Test func staysSilentWithoutASocket() {
    SystemdNotifier(environment: [:]).send(.ready)
    SystemdNotifier(environment: ["NOTIFY_SOCKET": "relative"]).send(.ready)
    SystemdNotifier(environment: ["NOTIFY_SOCKET": "/nowhere/at/all"]).send(.ready)
  }

  @Test(arguments: [
    (["WATCHDOG_USEC": "30000000"], Duration.seconds(30) as Duration?),
    (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], .seconds(30)),
    (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil),
    (["WATCHDOG_USEC": "often"], nil),
    ([:], nil),
  ])
  func readsTheWatchdogInterval(environment: [String: String], interval: Duration?) {
    #expect(SystemdNotifier(environment: environment, processIdentifier: 7).watchdogInterval == interval)
  }
}

/// Stands in for systemd: a bound datagram socket.
final class Manager {
  let environmentValue: String
  private let descriptor: Int32

  struct CannotBind: Error {}

  init(isAbstract: Bool) throws {
    let name = "selectord-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
    environmentValue = isAbstract ? "@\(name)" : "/tmp/\(name)"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var path = Array(environmentValue.utf8)
    if isAbstract { path[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    if result != 0 { throw CannotBind() }
  }

  deinit {
    close(descriptor)
    if environmentValue.hasPrefix("/") { unlink(environmentValue) }
  }

  func receive() -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
