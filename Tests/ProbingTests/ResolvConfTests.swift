// resolv.conf(5).

import Model
import Testing

@testable import Probing

@Suite struct ResolvConfTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var servers: [String]
  }

  static let rows: [Row] = [
    Row(testDescription: "an empty file", text: "", servers: ["127.0.0.1"]),
    Row(
      testDescription: "three servers", text: "nameserver 10.0.0.1\nnameserver\t10.0.0.2\nnameserver ::1\n",
      servers: ["10.0.0.1", "10.0.0.2", "::1"]),
    Row(
      testDescription: "a fourth is left out",
      text: "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n",
      servers: ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
    Row(
      testDescription: "comments", text: "# nameserver 10.0.0.9\n; nameserver 10.0.0.8\nnameserver 10.0.0.1 # here\n",
      servers: ["10.0.0.1"]),
    Row(testDescription: "a scope", text: "nameserver fe80::1%eth0", servers: ["fe80::1"]),
    Row(
      testDescription: "lines that cannot be read",
      text: "nameserver\nnameserver dns.example\nnonsense\r\nnameserver 10.0.0.1\r\n",
      servers: ["10.0.0.1"]),
    Row(
      testDescription: "a keyword that is indented is none", text: "nameserver 10.0.0.1\n#\nsearch example.org\n",
      servers: ["10.0.0.1"]),
  ]

  @Test(arguments: rows)
  func reads(_ row: Row) { #expect(ResolvConf(row.text).servers.map(\.description) == row.servers) }

  @Test func readsOptions() {
    let file = ResolvConf("options timeout:4 attempts:3 rotate use-vc edns0 ndots:2 unknown:1\noptions trust-ad\n")
    #expect(file.timeout == .seconds(4))
    #expect(file.attempts == 3)
    #expect(file.rotates)
    #expect(file.usesTCP)
  }

  @Test(arguments: [("timeout:0", 1), ("timeout:99", 30), ("timeout:x", nil), ("timeout", nil)] as [(String, Int?)])
  func boundsTheTimeout(_ option: String, _ seconds: Int?) {
    #expect(ResolvConf("options \(option)").timeout == seconds.map { .seconds($0) })
  }

  @Test(arguments: [("attempts:0", 1), ("attempts:9", 5)])
  func boundsTheAttempts(_ option: String, _ count: Int) {
    #expect(ResolvConf("options \(option)").attempts == count)
  }

  @Test func asksTheLocalHostWithoutAFile() {
    #expect(ResolvConfFile(path: "/nonexistent/resolv.conf").contents.servers.map(\.description) == ["127.0.0.1"])
  }
}
