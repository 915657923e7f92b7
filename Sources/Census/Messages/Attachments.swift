// The parts of a message that may be reports: a walk along the boundaries, with every size bounded.

package import Mail
internal import Model

/// One decoded part.
package struct Attachment: Hashable, Sendable {
  /// From `filename=` or `name=`; for messages to people.
  package var name: String
  package var bytes: [UInt8]
}

package enum Attachments {
  private static let mostParts = 1000
  private static let deepest = 32
  /// The most bytes of all decoded parts together.
  package static let largest = 64 << 20

  /// Decodes the parts of a message that look like a report: XML, gzip or zip, by their first bytes.
  package static func reports(in message: [UInt8], header: MessageHeader) -> [Attachment] {
    var found: [Attachment] = []
    var boundaries: [[UInt8]] = []
    var part = Part(header)
    if let boundary = part.boundary { boundaries = [boundary] }
    var start = min(header.length, message.count)
    var parts = 0
    var room = largest
    func close(_ end: Int) {
      if part.boundary == nil, part.isCandidate, start < end,
        let bytes = part.decode(message[start..<end], limit: room), ContentKind.isReport(bytes)
      {
        room -= bytes.count
        found.append(Attachment(name: part.name, bytes: bytes))
      }
    }
    var position = start
    while position < message.count, parts < mostParts {
      let end = message[position...].firstIndex(of: 0x0A).map { $0 + 1 } ?? message.count
      if end - position > 2, message[position] == 0x2D, message[position + 1] == 0x2D, !boundaries.isEmpty,
        let (level, isLast) = match(message[position..<end], boundaries)
      {
        close(position)
        boundaries.removeLast(boundaries.count - 1 - level)
        if isLast { boundaries.removeLast() }
        parts += 1
        let inner = isLast ? nil : MessageHeader(Array(message[end..<min(end + 65_536, message.count)]))
        part = Part(inner)
        start = min(end + (inner?.length ?? 0), message.count)
        if let boundary = part.boundary, boundaries.count < deepest { boundaries.append(boundary) }
        position = start
      } else {
        position = end
      }
    }
    close(message.count)
    return found
  }

  /// The innermost boundary that a line is; an outer one ends the inner ones too.
  private static func match(_ line: ArraySlice<UInt8>, _ boundaries: [[UInt8]]) -> (level: Int, isLast: Bool)? {
    let text = line.dropFirst(2)
    for level in boundaries.indices.reversed() where text.starts(with: boundaries[level]) {
      let rest = text.dropFirst(boundaries[level].count)
      let isLast = rest.starts(with: [0x2D, 0x2D])
      if rest.dropFirst(isLast ? 2 : 0).allSatisfy(\.isBlank) { return (level, isLast) }
    }
    return nil
  }

  /// What the header of a part says.
  private struct Part {
    var boundary: [UInt8]?
    var name = ""
    var isCandidate = false
    private var encoding = ""

    init(_ header: MessageHeader?) {
      guard let header else { return }
      let type = header.first("Content-Type")?.value ?? []
      let disposition = header.first("Content-Disposition")?.value ?? []
      let media = String(decoding: type.prefix { $0 != UInt8(ascii: ";") }.map(\.lowered), as: UTF8.self)
        .split(separator: " ").joined()
      if media.hasPrefix("multipart/"), let value = Self.parameter("boundary", type), !value.isEmpty, value.count <= 200
      {
        boundary = value
      }
      name = String(
        decoding: Self.parameter("filename", disposition) ?? Self.parameter("name", type) ?? [], as: UTF8.self)
      encoding = String(
        decoding: (header.first("Content-Transfer-Encoding")?.value ?? []).map(\.lowered), as: UTF8.self)
      let lowered = name.lowercased()
      isCandidate =
        encoding.hasPrefix("base64") || ["zip", "xml", "octet-stream"].contains { media.contains($0) }
        || ["xml", "gz", "zip"].contains { lowered.hasSuffix($0) }
    }

    /// The value of `name=value` or `name="value"`.
    private static func parameter(_ name: String, _ value: [UInt8]) -> [UInt8]? {
      for piece in value.split(separator: UInt8(ascii: ";")).dropFirst() {
        let pair = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { continue }
        let key = String(decoding: pair[0].filter { !$0.isBlank }.map(\.lowered), as: UTF8.self)
        guard key == name || key == name + "*" || key == name + "*0" else { continue }
        let text = pair[1].drop { $0.isBlank }
        if text.first == UInt8(ascii: "\"") { return Array(text.dropFirst().prefix { $0 != UInt8(ascii: "\"") }) }
        return Array(text.prefix { !$0.isBlank })
      }
      return nil
    }

    func decode(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
      if limit <= 0 { return nil }
      if encoding.hasPrefix("base64") { return Base64.decodePart(bytes.prefix(limit / 3 * 4)) }
      if encoding.hasPrefix("quoted-printable") { return QuotedPrintable.decodeBody(bytes.prefix(limit)) }
      return Array(bytes.prefix(limit))
    }
  }
}
