// Mail by libcurl, against a scripted SMTP server on 127.0.0.1.

import Foundation
import Glibc
import HTTPClient
import Synchronization
import Testing

/// Answers each command as a script says; without one, as a server that takes everything.
final class LoopbackMailServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let received = Mutex<[String]>([])

  /// Commands and lines of mails, as they came.
  var lines: [String] { received.withLock { $0 } }
  var url: String { "smtp://127.0.0.1:\(port)" }

  init(_ script: @escaping @Sendable (String) -> String? = { _ in nil }) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 10) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        serve(connection, script)
      }
    }
  }

  func stop() { Glibc.shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve(_ connection: Int32, _ script: (String) -> String?) {
    defer { close(connection) }
    func say(_ text: String) {
      _ = (text + "\r\n").withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    }
    say("220 test ESMTP")
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    var isData = false
    while true {
      while let end = bytes.firstIndex(of: 0x0A) {
        let line = String(decoding: bytes[..<end], as: UTF8.self).replacing("\r", with: "")
        bytes.removeFirst(end + 1)
        received.withLock { $0.append(line) }
        if isData {
          if line == "." {
            isData = false
            say(script("END") ?? "250 taken")
          }
          continue
        }
        let word = line.prefix { $0 != " " }.uppercased()
        let answer = script(line) ?? (word == "DATA" ? "354 go" : word == "QUIT" ? "221 bye" : "250 ok")
        say(answer)
        isData = word == "DATA" && answer.hasPrefix("354")
        if word == "QUIT" { return }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      bytes += buffer[..<count]
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct Mailing {
  private func mail(_ server: LoopbackMailServer, to recipients: [String] = ["a@b.example", "c@d.example"])
    -> MailSubmission
  {
    MailSubmission(
      url: server.url, encryption: .none, sender: "s@e.example", recipients: recipients,
      message: Array("Subject: x\r\n\r\nline\r\n.dot\r\n".utf8), allowsPrivateAddresses: true)
  }

  @Test func aMailIsHandedInToEveryRecipient() async throws {
    let server = try LoopbackMailServer()
    defer { server.stop() }
    let client = try CurlClient()
    defer { client.shutdown() }
    #expect(try await client.send(mail(server)) == MailResponse(code: 250))
    let lines = server.lines
    #expect(lines.contains("MAIL FROM:<s@e.example>"))
    #expect(lines.contains("RCPT TO:<a@b.example>") && lines.contains("RCPT TO:<c@d.example>"))
    #expect(lines.contains("Subject: x") && lines.contains("..dot"), "a line that begins with a dot gets another one")
  }

  @Test func whoIsRefusedIsSaidAndTheOthersGetIt() async throws {
    let server = try LoopbackMailServer { $0 == "RCPT TO:<a@b.example>" ? "550 5.1.1 no such user" : nil }
    defer { server.stop() }
    let client = try CurlClient()
    defer { client.shutdown() }
    #expect(
      try await client.send(mail(server)) == MailResponse(code: 250, refusals: ["550 5.1.1 no such user"]))
    #expect(server.lines.contains("line"))
    let response = try await client.send(mail(server, to: ["a@b.example"]))
    #expect(response == MailResponse(code: 550, refusals: ["550 5.1.1 no such user"]))
  }

  @Test(arguments: ["421 4.3.2 later", "451 4.7.1 greylisted", "554 5.7.1 spam"])
  func aServerThatRefusesTheMailIsUnderstood(answer: String) async throws {
    let server = try LoopbackMailServer { $0 == "END" ? answer : nil }
    defer { server.stop() }
    let client = try CurlClient()
    defer { client.shutdown() }
    let response = try await client.send(mail(server))
    #expect(response == MailResponse(code: Int(answer.prefix(3)) ?? 0, refusals: [answer]))
  }

  @Test func withoutSTARTTLSNothingIsSent() async throws {
    let server = try LoopbackMailServer()
    defer { server.stop() }
    let client = try CurlClient()
    defer { client.shutdown() }
    var mail = mail(server)
    mail.encryption = .required
    mail.user = "kim"
    mail.password = "secret"
    await #expect { try await client.send(mail) } throws: { error in
      if case HTTPError.tls? = error as? HTTPError { true } else { false }
    }
    #expect(!server.lines.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("AUTH") })
  }

  @Test func aPrivateAddressIsRefusedUnlessAllowed() async throws {
    let server = try LoopbackMailServer()
    defer { server.stop() }
    let client = try CurlClient()
    defer { client.shutdown() }
    var mail = mail(server)
    mail.allowsPrivateAddresses = false
    await #expect(throws: HTTPError.privateAddress("127.0.0.1")) { try await client.send(mail) }
    #expect(server.lines.isEmpty)
  }

  @Test(arguments: ["a@b.example>\r\nRCPT TO:<x@y.example", "a b@c.example", ""])
  func anAddressCannotEndACommand(address: String) async throws {
    let server = try LoopbackMailServer()
    defer { server.stop() }
    let client = try CurlClient()
    defer { client.shutdown() }
    await #expect(throws: HTTPError.self) { try await client.send(mail(server, to: [address])) }
    #expect(server.lines.isEmpty)
  }
}
