// An aggregate report of DMARC (RFC 7489, appendix C; RFC 9990), streamed: the DKIM results of every record.

internal import CExpat
internal import Model

/// Reads one report, chunk by chunk. Entities are refused, and nothing that a report holds can make it grow.
package final class ReportReader {
  private let parser: XML_Parser?
  private var text = ReportText()
  private let state = ReportState()
  private var isOver = false

  package init() {
    parser = XML_ParserCreate(nil)
    guard let parser else { return }
    XML_SetUserData(parser, Unmanaged.passUnretained(state).toOpaque())
    XML_SetElementHandler(
      parser,
      { data, name, _ in
        guard let data, let name else { return }
        Unmanaged<ReportState>.fromOpaque(data).takeUnretainedValue().open(ReportReader.localName(name))
      },
      { data, name in
        guard let data, let name else { return }
        Unmanaged<ReportState>.fromOpaque(data).takeUnretainedValue().close(ReportReader.localName(name))
      })
    XML_SetCharacterDataHandler(parser) { data, bytes, count in
      guard let data, let bytes else { return }
      bytes.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
        Unmanaged<ReportState>.fromOpaque(data).takeUnretainedValue().add(
          UnsafeBufferPointer(start: $0, count: Int(count)))
      }
    }
    XML_SetEntityDeclHandler(parser) { data, _, _, _, _, _, _, _, _ in
      guard let data else { return }
      Unmanaged<ReportState>.fromOpaque(data).takeUnretainedValue().stop = "it declares entities, which are not read"
    }
    // Encodings of one byte that libexpat does not know: all that matters is ASCII.
    XML_SetUnknownEncodingHandler(
      parser,
      { _, _, info in
        guard let info else { return 0 }
        withUnsafeMutableBytes(of: &info.pointee.map) { map in
          let map = map.bindMemory(to: Int32.self)
          for index in map.indices { map[index] = Int32(index) }
        }
        info.pointee.data = nil
        info.pointee.convert = nil
        info.pointee.release = nil
        return 1
      }, nil)
  }

  deinit { XML_ParserFree(parser) }

  /// How many records have been read.
  package var records: Int { state.records }

  /// Reads the next bytes; false where nothing more is to be read, since the report is over or broken.
  package func feed(_ bytes: UnsafeRawBufferPointer, _ emit: (CensusEvent) -> Void) -> Bool {
    if isOver { return false }
    parse(text.feed(bytes, isLast: false), isLast: false, emit)
    return !isOver
  }

  /// Ends the report.
  package func finish(_ emit: (CensusEvent) -> Void) {
    if isOver { return }
    parse(text.feed(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true), isLast: true, emit)
    isOver = true
  }

  private func parse(_ bytes: [UInt8], isLast: Bool, _ emit: (CensusEvent) -> Void) {
    guard let parser else { return fail("libexpat has no memory", emit) }
    if bytes.isEmpty, !isLast { return }
    // Pieces are small, so that a stop is heeded soon.
    var start = 0
    repeat {
      let end = min(start + 65_536, bytes.count)
      let isLastPiece = isLast && end == bytes.count
      let status = bytes[start..<end].withUnsafeBytes { piece in
        XML_Parse(
          parser, piece.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(piece.count), isLastPiece ? 1 : 0)
      }
      for event in state.take() {
        switch event {
        case .sighting(let sighting): sighting.send(emit)
        case .fault(let line):
          emit(.unreadable(UnreadableLine(line: Int(XML_GetCurrentLineNumber(parser)), reason: line)))
        }
      }
      if let reason = state.stop { return fail(reason, emit) }
      if status == XML_STATUS_ERROR {
        let code = XML_GetErrorCode(parser)
        // A second root element or a trailing text is no loss: the report is whole.
        if code == XML_ERROR_JUNK_AFTER_DOC_ELEMENT, state.isReport {
          isOver = true
          return
        }
        let message = XML_ErrorString(code).map { String(cString: $0) } ?? "unknown error"
        return fail("the XML is broken: \(message)", emit)
      }
      start = end
    } while start < bytes.count
    if isLast, !state.isReport { fail("the XML is no report of DMARC; expected <feedback>", emit) }
  }

  private func fail(_ reason: String, _ emit: (CensusEvent) -> Void) {
    isOver = true
    emit(
      .unreadable(UnreadableLine(line: parser.map { Int(XML_GetCurrentLineNumber($0)) } ?? 0, reason: reason)))
  }

  /// The name without its prefix, in lower case.
  private static func localName(_ name: UnsafePointer<CChar>) -> String {
    let whole = String(cString: name)
    return (whole.split(separator: ":").last.map(String.init) ?? whole).lowercased()
  }
}
