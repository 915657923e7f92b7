// What the bytes of a message show beside its header: size, line lengths, bytes that mail may not have.

internal import Model

/// Takes a message in chunks; nothing of it is kept.
public struct MessageScan: Hashable, Sendable {
  public private(set) var size = 0
  public private(set) var longestLine = 0
  /// NUL bytes, CR without LF, LF without CR.
  public private(set) var nulls = 0
  public private(set) var bareReturns = 0
  public private(set) var bareLineFeeds = 0
  public private(set) var pairs = 0
  private var line = 0
  private var endsInReturn = false

  public init() {}

  /// Takes the next chunk.
  public mutating func take(_ chunk: UnsafeRawBufferPointer) {
    size += chunk.count
    for byte in chunk {
      if byte == 0x0A {
        if endsInReturn { pairs += 1 } else { bareLineFeeds += 1 }
        longestLine = max(longestLine, line - (endsInReturn ? 1 : 0))
        line = 0
        endsInReturn = false
        continue
      }
      if endsInReturn { bareReturns += 1 }
      endsInReturn = byte == 0x0D
      if byte == 0 { nulls += 1 }
      line += 1
    }
  }

  /// The end of the message.
  public mutating func finish() {
    longestLine = max(longestLine, line)
    if endsInReturn { bareReturns += 1 }
  }
}
