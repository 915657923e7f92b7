// Rows by key name, a million of them in little room: two arrays side by side, and an index of four bytes a place.

public import Model

/// A dictionary of rows by key name. An entry takes 16 bytes for its name, whose letters it shares with whoever else holds the
/// name, the bytes of its row, and at most 14 for the index; `Dictionary` takes twice the sum of key and value.
///
/// Entries have numbers, which removing others may change.
public struct KeyTable<Row: Sendable>: Sendable {
  @usableFromInline var names: ContiguousArray<KeyName> = []
  @usableFromInline var rows: ContiguousArray<Row> = []
  /// Open addressing: the number of the entry plus one, 0 for a free place. A power of two, at most three quarters taken.
  @usableFromInline var places: ContiguousArray<UInt32> = []

  @inlinable public init() {}

  /// The keys by the number of their entries.
  @inlinable public var keys: ContiguousArray<KeyName> { names }

  /// Makes room for so many entries at once.
  @inlinable public init(capacity: Int) { reserve(capacity) }

  @inlinable public var count: Int { names.count }
  @inlinable public var isEmpty: Bool { names.isEmpty }

  /// The number of a key's entry; nil where there is none.
  @inlinable public func number(of key: KeyName) -> Int? {
    guard !places.isEmpty else { return nil }
    let place = place(of: key)
    return places[place] == 0 ? nil : Int(places[place]) - 1
  }

  /// The row of an entry.
  @inlinable public subscript(number number: Int) -> Row {
    get { rows[number] }
    _modify { yield &rows[number] }
  }

  /// The row of a key; setting nil removes the entry.
  @inlinable public subscript(key: KeyName) -> Row? {
    get { number(of: key).map { rows[$0] } }
    set {
      if let newValue { put(newValue, for: key) } else { remove(key) }
    }
  }

  /// Sets the row of a key; gives the number of its entry.
  @inlinable @discardableResult
  public mutating func put(_ row: Row, for key: KeyName) -> Int {
    if let number = number(of: key) {
      rows[number] = row
      return number
    }
    reserve(names.count + 1)
    names.append(key)
    rows.append(row)
    places[place(of: key)] = UInt32(names.count)
    return names.count - 1
  }

  /// Removes the entry of a key. The last entry takes its number.
  @inlinable public mutating func remove(_ key: KeyName) {
    guard let number = number(of: key) else { return }
    let last = names.count - 1
    let lastPlace = place(of: names[last])
    close(place(of: key), moving: lastPlace, to: number)
    names.swapAt(number, last)
    rows.swapAt(number, last)
    names.removeLast()
    rows.removeLast()
  }

  /// Keeps the entries for which this holds, in their order.
  @inlinable public mutating func filter(_ isKept: (KeyName, Row) -> Bool) {
    var kept = KeyTable()
    var isWhole = true
    for number in names.indices where !isKept(names[number], rows[number]) {
      isWhole = false
      break
    }
    if isWhole { return }
    for number in names.indices where isKept(names[number], rows[number]) { kept.put(rows[number], for: names[number]) }
    self = kept
  }

  // MARK: the index

  /// Where the entry of a key is, or would be.
  @inlinable func place(of key: KeyName) -> Int {
    let mask = places.count - 1
    var place = key.hashValue & mask
    while places[place] != 0, names[Int(places[place]) - 1] != key { place = (place + 1) & mask }
    return place
  }

  @inlinable mutating func reserve(_ count: Int) {
    guard count * 4 > places.count * 3 else { return }
    var size = places.isEmpty ? 8 : places.count
    while count * 4 > size * 3 { size *= 2 }
    places = ContiguousArray(repeating: 0, count: size)
    for (number, key) in names.enumerated() { places[place(of: key)] = UInt32(number + 1) }
  }

  /// Frees a place, lets the entry of another have a new number, and closes the gap: what stands behind it is still found.
  @inlinable mutating func close(_ freed: Int, moving lastPlace: Int, to number: Int) {
    places[lastPlace] = UInt32(number + 1)
    let mask = places.count - 1
    var gap = freed
    places[gap] = 0
    var next = (gap + 1) & mask
    while places[next] != 0 {
      // The entry that has moved is still the last of the list.
      let isMoved = next == lastPlace
      let key = names[isMoved ? names.count - 1 : Int(places[next]) - 1]
      let home = key.hashValue & mask
      if (next - home) & mask >= (next - gap) & mask {
        places[gap] = places[next]
        places[next] = 0
        gap = next
      }
      next = (next + 1) & mask
    }
  }
}

extension KeyTable: Sequence {
  public struct Iterator: IteratorProtocol {
    @usableFromInline let table: KeyTable
    @usableFromInline var number = 0

    @inlinable init(_ table: KeyTable) { self.table = table }

    @inlinable public mutating func next() -> (key: KeyName, row: Row)? {
      guard number < table.count else { return nil }
      defer { number += 1 }
      return (table.names[number], table.rows[number])
    }
  }

  @inlinable public func makeIterator() -> Iterator { Iterator(self) }
  @inlinable public var underestimatedCount: Int { count }
}
