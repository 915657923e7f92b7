// Whether a packet answers what was sent: the last of the checks against forgery, after port, id and address.

/// How the question section of a packet compares with the one that was sent.
enum ReplyMatch: Hashable, Sendable {
  /// The same bytes.
  case exact
  /// The same name and type, with letters in another case.
  case foldedCase
  /// An error code and no question section at all, as servers without EDNS send it.
  case withoutQuestion
  /// Something else, or no response at all.
  case different

  /// Compares a packet with the question that was sent; `question` is the end of its question section.
  init(_ packet: UnsafeRawBufferPointer, sent: UnsafeRawBufferPointer, question: Int) {
    self = .different
    guard packet.count >= 12, packet[2] & 0x80 != 0, packet[4] == 0 else { return }
    if packet[5] == 0 {
      let code = packet[3] & 0x0F
      if packet.count == 12 || packet[6] | packet[7] == 0, code != 0, code != 3 { self = .withoutQuestion }
      return
    }
    guard packet[5] == 1, packet.count >= question else { return }
    var differs = false
    for index in 12..<question where packet[index] != sent[index] {
      // Only bytes of the name are compared without case: those of type and class are no letters, nor are the lengths
      // of labels, which are below 64.
      guard index < question - 4, packet[index] ^ sent[index] == 0x20, packet[index] | 0x20 >= 0x61,
        packet[index] | 0x20 <= 0x7A
      else { return }
      differs = true
    }
    self = differs ? .foldedCase : .exact
  }
}
