// The header of a message, read from chunks until its empty line; bounded, whatever comes.

internal import Model

/// The header section of a message: its fields from the top down, with their bytes as they came.
public struct MessageHeader: Hashable, Sendable {
  /// The fields, from the top down.
  public let fields: [HeaderField]
  /// Lines that are no field and continue none, by their number; at most ten are kept.
  public let strayLines: [Int]
  /// How many bytes the section takes, with the empty line at its end.
  public let length: Int
  /// Whether more came than is read.
  public let isCut: Bool
  /// Whether the first line end is LF without CR.
  public let endsLinesByLineFeed: Bool

  /// Reads a header section out of the beginning of a message.
  public init(_ message: [UInt8]) {
    var reader = HeaderReader()
    message.withUnsafeBytes { _ = reader.take($0) }
    self = reader.finish()
  }

  /// Takes fields as they are.
  public init(fields: [HeaderField]) {
    self.fields = fields
    strayLines = []
    length = fields.reduce(0) { $0 + $1.bytes.count }
    isCut = false
    endsLinesByLineFeed = false
  }

  init(section bytes: [UInt8], isCut: Bool) {
    var fields: [HeaderField] = []
    var strays: [Int] = []
    var start = bytes.startIndex
    var number = 1
    var first = 1
    var position = start
    func close(at end: Int) {
      guard start < end else { return }
      if let field = HeaderField(bytes[start..<end]) {
        fields.append(field)
      } else if !(first == 1 && bytes[start..<end].starts(with: "From ".utf8)), strays.count < 10,
        !bytes[start..<end].allSatisfy(\.isFoldingBlank)
      {
        // The separator of an mbox may still stand before the message.
        strays.append(first)
      }
    }
    while position < bytes.endIndex {
      let lineEnd = bytes[position...].firstIndex(of: .lineFeed).map { $0 + 1 } ?? bytes.endIndex
      if position > start, !bytes[position].isBlank {
        close(at: position)
        start = position
        first = number
      }
      position = lineEnd
      number += 1
    }
    close(at: bytes.endIndex)
    self.fields = fields
    strayLines = strays
    length = bytes.count
    self.isCut = isCut
    let lineFeed = bytes.firstIndex(of: .lineFeed)
    endsLinesByLineFeed = lineFeed.map { $0 == 0 || bytes[$0 - 1] != .carriageReturn } ?? false
  }

  /// The fields of a name, from the top down.
  public func fields(named name: StaticString) -> [HeaderField] { fields.filter { $0.isNamed(name) } }

  /// The first field of a name.
  public func first(_ name: StaticString) -> HeaderField? { fields.first { $0.isNamed(name) } }
}

/// Takes a message in chunks and keeps its header section.
public struct HeaderReader: Sendable {
  /// The most that is kept: ten thousand signatures, and a field of a megabyte, fit in.
  public static let largest = 8 << 20

  private var bytes: [UInt8] = []
  private var isComplete = false
  private var isCut = false
  /// How many bytes stand in the line that is open, CR not counted, and whether anything but CR does.
  private var lineLength = 0
  private var lineIsEmpty = true

  public init() {}

  /// Takes the next chunk.
  ///
  /// - Returns: how many bytes of it belong to the header; nil where all do and more may follow.
  public mutating func take(_ chunk: UnsafeRawBufferPointer) -> Int? {
    if isComplete { return 0 }
    for position in chunk.indices {
      let byte = chunk[position]
      if byte == .lineFeed {
        if lineIsEmpty, lineLength <= 1 {
          keep(chunk[...position])
          isComplete = true
          return position + 1
        }
        lineLength = 0
        lineIsEmpty = true
      } else {
        lineLength += 1
        if byte != .carriageReturn { lineIsEmpty = false }
      }
    }
    keep(chunk[...])
    return nil
  }

  private mutating func keep(_ part: Slice<UnsafeRawBufferPointer>) {
    let room = Self.largest - bytes.count
    bytes.append(contentsOf: part.prefix(room))
    if part.count > room { isCut = true }
  }

  /// The header, whether or not its empty line has come.
  public consuming func finish() -> MessageHeader {
    MessageHeader(section: bytes, isCut: isCut)
  }
}
