// The watches of a configuration in little room: a million of them mostly have one interval, one expectation, one set of views.

package import Model
internal import Tables

/// Watches by key name. What a watch has beside its name is held once for all that share it.
package struct WatchTable: Sendable, Sequence {
  private struct Row {
    var terms: UInt32
    /// When a sweep last found the answers unchanged, in microseconds; `never` where none has.
    var unchangedUntil = Row.never

    static let never = Int64.min
  }

  private var rows = KeyTable<Row>()
  private var terms = CountedTable<Watch>()

  package init() {}

  /// Takes watches; of those with one name the first.
  package init(_ watches: some Collection<Watch>) {
    rows = KeyTable(capacity: watches.count)
    for watch in watches where rows.number(of: watch.key) == nil { self[watch.key] = watch }
  }

  package var count: Int { rows.count }
  package var keys: ContiguousArray<KeyName> { rows.keys }

  /// Whether a name is watched.
  package func contains(_ key: KeyName) -> Bool { rows.number(of: key) != nil }

  package subscript(key: KeyName) -> Watch? {
    get { rows[key].flatMap { watch(key, $0) } }
    set {
      guard let newValue else { return remove(key) }
      let number = terms.add(newValue.withoutName)
      if let place = rows.number(of: key) {
        terms.release(rows[number: place].terms)
        rows[number: place].terms = number
      } else {
        rows.put(Row(terms: number), for: key)
      }
    }
  }

  private func watch(_ key: KeyName, _ row: Row) -> Watch? {
    var watch = terms[row.terms]
    watch?.key = key
    return watch
  }

  private mutating func remove(_ key: KeyName) {
    guard let row = rows[key] else { return }
    terms.release(row.terms)
    rows.remove(key)
  }

  /// The intervals, in no order.
  package var intervals: [(key: KeyName, value: Duration)] {
    rows.map { key, row in (key, terms[row.terms]?.interval ?? .zero) }
  }

  /// Every kind of watch that there is, with the root as its name.
  package var kinds: [Watch] { terms.tally.map(\.kind) }

  /// The watches, in no order.
  package func makeIterator() -> AnyIterator<Watch> {
    var rows = rows.makeIterator()
    return AnyIterator { rows.next().flatMap { watch($0.key, $0.row) } }
  }

  // MARK: when they were last unchanged

  /// When a sweep last found the answers of a watch unchanged; nil where none has.
  func unchangedUntil(_ key: KeyName) -> Timestamp? {
    guard let time = rows[key]?.unchangedUntil, time != Row.never else { return nil }
    return Timestamp(microseconds: time)
  }

  mutating func setUnchanged(_ key: KeyName, until time: Timestamp) {
    guard let number = rows.number(of: key) else { return }
    rows[number: number].unchangedUntil = time.microseconds
  }

  // MARK: another configuration

  /// Takes the place of a former table and what was known there; gives the watches that it has otherwise.
  mutating func succeed(_ former: WatchTable) -> Set<KeyName> {
    var changed: Set<KeyName> = []
    var same: [UInt32: UInt32] = [:]
    for number in rows.keys.indices {
      let key = rows.keys[number]
      guard let old = former.rows[key] else { continue }
      rows[number: number].unchangedUntil = old.unchangedUntil
      let new = rows[number: number].terms
      if same[new] == old.terms { continue }
      if terms[new] == former.terms[old.terms] { same[new] = old.terms } else { changed.insert(key) }
    }
    return changed
  }
}

extension Watch {
  /// What it has in common with others of its kind.
  fileprivate var withoutName: Watch {
    var watch = self
    watch.key = Self.nameless
    return watch
  }

  private static let nameless = KeyName(recordSet: .root, .txt)
}
