// fuzz: Model Mail Census
// Any bytes at all as a report, as a message and as an mbox, in chunks that end anywhere.

import Census
import Mail
import Model

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReport(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for chunk in [max(1, bytes.count), Int(bytes.first ?? 0) % 31 + 1] {
    let reader = ReportReader()
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      let piece = bytes[start..<min(start + chunk, bytes.count)]
      guard piece.withUnsafeBytes({ reader.feed($0, check) }) else { break }
    }
    reader.finish(check)
  }
  _ = ContentKind(bytes)
  var mailbox = MailboxReader()
  var message: [UInt8] = []
  func take(_ piece: MailboxPiece) {
    switch piece {
    case .message:
      read(message)
      message = []
    case .bytes(let bytes): message += bytes
    }
  }
  bytes.withUnsafeBytes { mailbox.take($0, take) }
  mailbox.finish(take)
  read(message)
  read(bytes)
  return 0
}

private func read(_ message: [UInt8]) {
  let header = MessageHeader(message)
  MessageSightings.read(header, trustedServers: ["mx.example.com"], check)
  _ = Attachments.reports(in: message, header: header)
}

private func check(_ event: CensusEvent) {
  switch event {
  case .sighting(let sighting):
    precondition(sighting.messages > 0, "a sighting of nothing")
    _ = try? sighting.sighting()
  case .unreadable(let line):
    precondition(!line.reason.isEmpty && line.reason.utf8.count < 2000, "too long: \(line.reason)")
    precondition(line.reason.unicodeScalars.allSatisfy { !$0.steersTerminal }, "a control character in: \(line.reason)")
  case .flow, .dropped, .untrusted: break
  }
}
