// Values that many share: each is held once.

/// Values by number, with how often each is used.
public struct CountedTable<Value: Hashable & Sendable>: Sendable {
  @usableFromInline var numbers: [Value: UInt32] = [:]
  @usableFromInline var entries: [(value: Value, uses: Int)?] = []
  @usableFromInline var free: [UInt32] = []
  /// What was asked for last: lists are mostly of one kind.
  @usableFromInline var last: UInt32?

  @inlinable public init() {}

  @inlinable public var count: Int { numbers.count }

  @inlinable public subscript(number: UInt32) -> Value? { entries[Int(number)]?.value }

  /// Each value with how often it is used.
  @inlinable public var tally: [(kind: Value, count: Int)] { entries.compactMap { $0.map { ($0.value, $0.uses) } } }

  /// The number of a value, which is used once more.
  @inlinable public mutating func add(_ value: Value) -> UInt32 {
    if let last, entries[Int(last)]?.value == value {
      entries[Int(last)]?.uses += 1
      return last
    }
    let number = numbers[value] ?? place(value)
    entries[Int(number)]?.uses += 1
    last = number
    return number
  }

  @inlinable mutating func place(_ value: Value) -> UInt32 {
    let number: UInt32
    if let place = free.popLast() {
      number = place
      entries[Int(number)] = (value, 0)
    } else {
      number = UInt32(entries.count)
      entries.append((value, 0))
    }
    numbers[value] = number
    return number
  }

  /// A value is used once less; with its last use it is forgotten.
  @inlinable public mutating func release(_ number: UInt32) {
    guard let entry = entries[Int(number)] else { return }
    if entry.uses > 1 {
      entries[Int(number)]?.uses -= 1
    } else {
      numbers[entry.value] = nil
      entries[Int(number)] = nil
      free.append(number)
      if last == number { last = nil }
    }
  }
}
