// Signatures that a source tells twice: first in part, then whole with the same queue id. They count once.

internal import Model

struct EarlySightings: Sendable {
  private struct Held: Sendable {
    var mark: UInt64
    var sighting: MailSighting
    var source: Int
  }

  /// Those that wait, oldest first.
  private var held: [Held] = []
  /// Marks of what was told whole, a place for each, the latest wins: a rejection comes after the verdict.
  private var settled: [UInt64] = []
  private static let most = 256
  private static let places = 1 << 16

  var isEmpty: Bool { held.isEmpty }

  /// Keeps a sighting until its fuller line comes; true where the oldest must be counted now.
  mutating func hold(_ sighting: RawSighting, hash: UInt64, source: Int) -> Bool {
    guard !sighting.queueID.isEmpty else {
      if let whole = try? sighting.sighting() { held.append(Held(mark: 0, sighting: whole, source: source)) }
      return held.count > Self.most
    }
    let mark = Self.mark(sighting, hash)
    if !settled.isEmpty, settled[Self.place(mark)] == mark { return false }
    if held.contains(where: { $0.mark == mark }) { return false }
    if let whole = try? sighting.sighting() { held.append(Held(mark: mark, sighting: whole, source: source)) }
    return held.count > Self.most
  }

  /// A sighting was told whole: what waited for it is dropped, and what repeats it will be.
  ///
  /// - Returns: whether what waited said that there is no key, where the whole says nothing of it.
  @inline(__always) mutating func settle(_ sighting: RawSighting, hash: UInt64) -> Bool {
    let mark = Self.mark(sighting, hash)
    var wasWithoutKey = false
    if !held.isEmpty {
      if sighting.reason.isEmpty {
        wasWithoutKey = held.contains { waiting in
          waiting.mark == mark && Array((waiting.sighting.reason ?? "").utf8).withBytes(KeyAbsence.isNamed(in:))
        }
      }
      held.removeAll { $0.mark == mark }
    }
    if settled.isEmpty { settled = [UInt64](repeating: 0, count: Self.places) }
    settled[Self.place(mark)] = mark
    return wasWithoutKey
  }

  /// Hands out the oldest, which counts now, and whatever repeats it does not.
  mutating func takeOldest() -> (sighting: MailSighting, source: Int)? {
    guard !held.isEmpty else { return nil }
    let oldest = held.removeFirst()
    if oldest.mark != 0 {
      if settled.isEmpty { settled = [UInt64](repeating: 0, count: Self.places) }
      settled[Self.place(oldest.mark)] = oldest.mark
    }
    return (oldest.sighting, oldest.source)
  }

  @inline(__always) private static func mark(_ sighting: RawSighting, _ hash: UInt64) -> UInt64 {
    PairTable.hash(sighting.queueID, .empty) &* 31 ^ hash | 1
  }

  @inline(__always) private static func place(_ mark: UInt64) -> Int {
    Int(truncatingIfNeeded: mark >> 8) & (places - 1)
  }
}

extension SightedName {
  /// What is wrong with the names of a sighting; nil where nothing is.
  static func fault(_ sighting: RawSighting) -> NameFault? {
    do throws(NameFault) {
      _ = try sighting.sighting()
      return nil
    } catch {
      return error
    }
  }
}
