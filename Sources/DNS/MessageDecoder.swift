// Bytes to values: the bounds first, then libldns for the decoding itself.

import Model

import CLdns

/// Decodes responses. A packet that breaks a bound never reaches libldns.
public enum MessageDecoder {
  /// Decodes one message without a length prefix; throws where it is no response within bounds.
  public static func decode(_ bytes: [UInt8]) throws(MessageError) -> Message {
    // withUnsafeBytes rethrows `any Error`; the typed error travels as a result.
    try bytes.withUnsafeBytes { buffer in
      Result { () throws(MessageError) in try decode(buffer) }
    }.get()
  }

  /// Decodes one message without a length prefix; throws where it is no response within bounds.
  public static func decode(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Message {
    var outline = MessageOutline()
    try outline.read(bytes)
    return try decode(bytes, within: outline)
  }

  /// Hands a packet whose outline is known to libldns.
  static func decode(_ bytes: UnsafeRawBufferPointer, within outline: MessageOutline) throws(MessageError) -> Message {
    var packet: UnsafeMutablePointer<ldns_pkt>?
    let status = ldns_wire2pkt(&packet, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    defer { ldns_pkt_free(packet) }
    guard status == LDNS_STATUS_OK, let packet else {
      throw .undecodable(ldns_get_errorstr_by_id(status).map { String(cString: $0) } ?? "no reason given")
    }
    var message = Message(question: nil)
    message.rcode = ResponseCode(rawValue: outline.rcode)
    message.authoritative = outline.authoritative
    message.truncated = outline.truncated
    message.recursionAvailable = outline.recursionAvailable
    message.authenticated = outline.authenticated
    message.hasEDNS = outline.option != nil
    if let option = outline.option {
      message.extendedErrors = extendedErrors(UnsafeRawBufferPointer(rebasing: bytes[option.data]))
    }
    if outline.hasQuestion, let question = ldns_rr_list_rr(ldns_pkt_question(packet), 0) {
      message.question = Question(
        try RecordReader.owner(question), RecordType(rawValue: outline.questionType))
    }
    message.answers = try RecordReader.records(ldns_pkt_answer(packet))
    message.authorities = try RecordReader.records(ldns_pkt_authority(packet))
    message.additionals = try RecordReader.records(ldns_pkt_additional(packet))
    return message
  }

  /// The extended errors among the options (RFC 8914, section 2). The outline has checked that they fill the RDATA.
  private static func extendedErrors(_ options: UnsafeRawBufferPointer) -> [ExtendedError] {
    var errors: [ExtendedError] = []
    var position = 0
    while position + 4 <= options.count {
      let start = position + 4
      let end = start + Int(options.word(at: position + 2))
      if options.word(at: position) == 15, end - start >= 2, errors.count < 8 {
        // EXTRA-TEXT is meant for people: it is shown, so it is escaped as the text of a record is. A final zero
        // byte is what some servers add.
        let text = options[(start + 2)..<end].reversed().drop { $0 == 0 }.reversed()
        errors.append(
          ExtendedError(code: options.word(at: start), text: TextRecord(strings: [Array(text)]).text))
      }
      position = end
    }
    return errors
  }
}
