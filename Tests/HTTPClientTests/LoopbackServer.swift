// A scripted HTTP server on 127.0.0.1: one thread, one answer a request, everything that came is kept.

import Foundation
import Glibc
import Synchronization

final class LoopbackServer: Sendable {
  enum Answer: Sendable {
    /// These bytes; the connection stays open.
    case bytes(String)
    /// These bytes, then the end.
    case last(String)
    /// Nothing, until the client goes.
    case silence
  }

  let port: UInt16
  private let listener: Int32
  private let received = Mutex<[String]>([])
  private let departures = AsyncStream<Void>.makeStream()
  private let arrivals = AsyncStream<Void>.makeStream()

  /// The requests as they came, header and body.
  var requests: [String] { received.withLock { $0 } }

  init(_ answer: @escaping @Sendable (String) -> Answer) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 100) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        Thread.detachNewThread { [self] in serve(connection, answer) }
      }
    }
  }

  func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

  func stop() { Glibc.shutdown(listener, Int32(SHUT_RDWR)) }

  /// Waits until a client has closed its connection.
  func clientLeft() async { for await _ in departures.stream { return } }
  /// Waits until a request has come.
  func requestArrived() async { for await _ in arrivals.stream { return } }

  private func serve(_ connection: Int32, _ answer: (String) -> Answer) {
    defer {
      close(connection)
      departures.continuation.yield()
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      while let request = Self.takeRequest(&bytes) {
        received.withLock { $0.append(request) }
        arrivals.continuation.yield()
        switch answer(request) {
        case .bytes(let text): _ = text.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        case .last(let text):
          _ = text.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
          return
        case .silence: break
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      bytes += buffer[..<count]
    }
  }

  /// Cuts the first whole request off what has come.
  private static func takeRequest(_ bytes: inout [UInt8]) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let header = text[..<end.lowerBound]
    let length =
      header.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
    let total = text[..<end.upperBound].utf8.count + length
    guard bytes.count >= total else { return nil }
    let request = String(decoding: bytes[..<total], as: UTF8.self)
    bytes.removeFirst(total)
    return request
  }
}
