// Pairs by their bytes: a table that finds a known pair without making a name of it.

internal import CMemory
internal import Glibc
internal import Model

/// An open-addressing table of (domain, selector) bytes to places in an array. Letters compare without case.
struct PairTable: Sendable {
  /// All that a lookup needs but the names: one line of a processor's cache.
  private struct Slot: Sendable {
    /// The upper half of the hash.
    var tag: UInt32 = 0
    /// The place of the pair; negative where the slot is empty.
    var place: Int32 = -1
    /// Where its names begin in `texts`, where the selector does from there, and how long both are.
    var start: UInt32 = 0
    var middle: UInt16 = 0
    var length: UInt16 = 0
  }

  private var slots = [Slot](repeating: Slot(), count: 1024)
  private var hashes: [UInt64] = []
  /// The lower-cased bytes of all pairs, one after another.
  private var texts: [UInt8] = []

  var count: Int { hashes.count }

  static func hash(_ domain: Bytes, _ selector: Bytes) -> UInt64 {
    mix(mix(0x9E37_79B9_7F4A_7C15, domain) ^ UInt64(domain.count), selector)
  }

  /// Eight bytes at a time. Setting the bit of lower case makes letters alike, and more; `find` compares exactly.
  @inline(__always) private static func mix(_ seed: UInt64, _ bytes: Bytes) -> UInt64 {
    var hash = seed
    let raw = UnsafeRawPointer(bytes.start)
    var place = 0
    while place + 8 <= bytes.count {
      let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) | 0x2020_2020_2020_2020
      hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
      place += 8
    }
    var word: UInt64 = 0
    while place < bytes.count {
      word = word << 8 | UInt64(bytes.start[place] | 0x20)
      place += 1
    }
    hash = (hash ^ word) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ hash >> 29
  }

  /// The place of a pair; nil where it is not there.
  func find(_ domain: Bytes, _ selector: Bytes, hash: UInt64) -> Int? {
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    return slots.withUnsafeBufferPointer { slots in
      var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while true {
        let slot = slots[index]
        if slot.place < 0 { return nil }
        if slot.tag == tag, isSame(slot, domain, selector) { return Int(slot.place) }
        index = (index + 1) & (slots.count - 1)
      }
    }
  }

  @inline(__always) private func isSame(_ slot: Slot, _ domain: Bytes, _ selector: Bytes) -> Bool {
    guard Int(slot.middle) == domain.count, Int(slot.length) == domain.count + selector.count else { return false }
    return texts.withUnsafeBufferPointer { texts in
      guard let base = texts.baseAddress else { return slot.length == 0 }
      let names = base + Int(slot.start)
      return Self.isSame(names, domain) && Self.isSame(names + Int(slot.middle), selector)
    }
  }

  private static func isSame(_ lowered: UnsafePointer<UInt8>, _ bytes: Bytes) -> Bool {
    if memcmp(lowered, bytes.start, bytes.count) == 0 { return true }
    for index in 0..<bytes.count where lowered[index] != bytes.start[index].lowered { return false }
    return true
  }

  /// Adds a pair that is not there, at the next place. Its names are names, so that they are short.
  mutating func add(_ domain: Bytes, _ selector: Bytes, hash: UInt64) {
    let slot = Slot(
      tag: UInt32(truncatingIfNeeded: hash >> 32), place: Int32(hashes.count), start: UInt32(texts.count),
      middle: UInt16(clamping: domain.count), length: UInt16(clamping: domain.count + selector.count))
    texts.append(contentsOf: domain.buffer.lazy.map(\.lowered))
    texts.append(contentsOf: selector.buffer.lazy.map(\.lowered))
    hashes.append(hash)
    if hashes.count * 2 > slots.count {
      let known = slots.filter { $0.place >= 0 }
      slots = [Slot](repeating: Slot(), count: slots.count * 2)
      for slot in known { insert(slot) }
    }
    insert(slot)
  }

  private mutating func insert(_ slot: Slot) {
    var index = Int(truncatingIfNeeded: hashes[Int(slot.place)]) & (slots.count - 1)
    while slots[index].place >= 0 { index = (index + 1) & (slots.count - 1) }
    slots[index] = slot
  }
}
