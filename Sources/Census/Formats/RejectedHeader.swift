// The header of a rejected message in Exim's rejectlog: a type, a blank and the field, line by line below the rejection.

internal import Model

/// A DKIM-Signature that is being collected, and the rejection that it stands below.
struct RejectedHeader: Sendable {
  var isOpen = false
  var time: Timestamp?
  var queueID: [UInt8] = []
  /// The value of the field that is being collected; nil between fields.
  var value: [UInt8]?
  static let longest = 16 << 10
}

extension LogMemory {
  @inline(__always) var isInRejected: Bool { rejected.isOpen }

  /// Opens the header below a rejection after DATA; any other line with a stamp closes it.
  @inline(__always) mutating func noteRejection(_ line: EximLine) {
    // `<=` is an arrival, and there are many.
    guard line.content.count > 2, line.content[1] == UInt8(ascii: "="), line.content[0] != UInt8(ascii: "<"),
      line.content.contains("rejected ")
    else { return }
    rejected.isOpen = true
    rejected.time = line.time
    rejected.queueID = line.queueID.array
  }

  /// Takes one line of the header; false where the header is over and the line is another's.
  mutating func readRejected(_ line: Bytes, _ emit: (CensusEvent) -> Void) -> Bool {
    if rejected.value != nil, line.count > 0, line[0].isBlank, !line.holds("  DKIM-Signature:", at: 0), line.count > 1,
      line[0] == 0x09 || line[1].isBlank || rejected.value?.last == UInt8(ascii: ";")
        || !line.slice(0, 60).contains(": ")
    {
      let room = RejectedHeader.longest - (rejected.value?.count ?? 0)
      rejected.value?.append(contentsOf: line.buffer.prefix(room))
      return true
    }
    closeRejectedField(emit)
    if line.count > 17, line[1] == 0x20, line.slice(2, 17).equals(ignoringCase: "DKIM-Signature:") {
      rejected.value = line.dropFirst(17).array
    } else if line.count > 10, line[0].isDigit, line[4] == UInt8(ascii: "-") {
      rejected.isOpen = false
      return false
    } else if line.hasPrefix("--------") {
      rejected.isOpen = false
    } else if line.count > 5, line[0].isLetter, line[3] == 0x20, line[1] != 0x20 {
      // A syslog, where nothing stands below a rejection.
      rejected.isOpen = false
      return false
    }
    return true
  }

  /// The end of the log.
  mutating func closeRejected(_ emit: (CensusEvent) -> Void) {
    closeRejectedField(emit)
    rejected.isOpen = false
  }

  private mutating func closeRejectedField(_ emit: (CensusEvent) -> Void) {
    guard let value = rejected.value else { return }
    rejected.value = nil
    let queueID = rejected.queueID
    value.withBytes { value in
      queueID.withBytes { queueID in
        var memory = self
        HeaderLines.signature(value, time: rejected.time, queueID: queueID, &memory, emit, kind: .exim)
        memory.last = nil
        self = memory
      }
    }
  }
}
