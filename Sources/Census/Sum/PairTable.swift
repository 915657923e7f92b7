// Pairs by their bytes: a table that finds a known pair without making a name of it.

internal import CMemory
internal import Glibc
internal import Model

/// An open-addressing table of (domain, selector) bytes to places in an array. Letters compare without case.
struct PairTable: Sendable {
  private var slots = [Int32](repeating: -1, count: 1024)
  private var hashes: [UInt64] = []
  /// The lower-cased bytes of all pairs, one after another.
  private var texts: [UInt8] = []
  private var ends: [(start: Int, middle: Int, end: Int)] = []

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
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while true {
      let place = Int(slots[slot])
      if place < 0 { return nil }
      if hashes[place] == hash, isSame(place, domain, selector) { return place }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  private func isSame(_ place: Int, _ domain: Bytes, _ selector: Bytes) -> Bool {
    let (start, middle, end) = ends[place]
    guard middle - start == domain.count, end - middle == selector.count else { return false }
    return texts.withUnsafeBufferPointer { texts in
      guard let base = texts.baseAddress else { return domain.isEmpty && selector.isEmpty }
      return Self.isSame(base + start, domain) && Self.isSame(base + middle, selector)
    }
  }

  private static func isSame(_ lowered: UnsafePointer<UInt8>, _ bytes: Bytes) -> Bool {
    if memcmp(lowered, bytes.start, bytes.count) == 0 { return true }
    for index in 0..<bytes.count where lowered[index] != bytes.start[index].lowered { return false }
    return true
  }

  /// Adds a pair that is not there, at the next place.
  mutating func add(_ domain: Bytes, _ selector: Bytes, hash: UInt64) {
    let start = texts.count
    texts.append(contentsOf: domain.buffer.lazy.map(\.lowered))
    let middle = texts.count
    texts.append(contentsOf: selector.buffer.lazy.map(\.lowered))
    ends.append((start, middle, texts.count))
    hashes.append(hash)
    if hashes.count * 2 > slots.count {
      slots = [Int32](repeating: -1, count: slots.count * 2)
      for place in hashes.indices { insert(place) }
    } else {
      insert(hashes.count - 1)
    }
  }

  private mutating func insert(_ place: Int) {
    var slot = Int(truncatingIfNeeded: hashes[place]) & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(place)
  }
}
