// The compact tables against plain dictionaries, under random use.

import Model
import Tables
import TestSupport
import Testing

@Suite struct KeyTableTests {
  private static func key(_ number: Int) throws -> KeyName {
    try KeyName(selector: DomainName("s\(number)"), domain: DomainName("example.org"))
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>) func holdsWhatADictionaryWould(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var table = KeyTable<Int>()
    var dictionary: [KeyName: Int] = [:]
    for step in 0..<6_000 {
      // Few names and many of them, so that places run full and gaps are closed.
      let key = try Self.key(Int.random(in: 0..<(step < 3_000 ? 40 : 900), using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        table[key] = step
        dictionary[key] = step
      case 2, 3:
        table.remove(key)
        dictionary[key] = nil
      default:
        if let number = table.number(of: key) { table[number: number] += 1 }
        if let value = dictionary[key] { dictionary[key] = value + 1 }
      }
      #expect(table[key] == dictionary[key])
      #expect(table.count == dictionary.count)
    }
    for number in 0..<900 {
      let key = try Self.key(number)
      #expect(table[key] == dictionary[key])
    }
    #expect(Dictionary(table.map { ($0.key, $0.row) }) { first, _ in first } == dictionary)
    #expect(table.keys.enumerated().allSatisfy { table.number(of: $0.element) == $0.offset })

    table.filter { _, row in row % 2 == 0 }
    #expect(Dictionary(table.map { ($0.key, $0.row) }) { first, _ in first } == dictionary.filter { $0.value % 2 == 0 })
  }

  @Test func anEmptyTableHoldsNothing() throws {
    var table = KeyTable<Int>()
    table.remove(try Self.key(1))
    table.filter { _, _ in false }
    let key = try Self.key(1)
    #expect(table.isEmpty && table[key] == nil && table.number(of: key) == nil)
  }

  /// Selectors, and record sets of other types, at the same name are different entries.
  @Test func theSameNameIsAKeyAndARecordSet() throws {
    let key = try Self.key(1)
    var table = KeyTable<Int>(capacity: 100)
    table[key] = 1
    table[KeyName(recordSet: key.name, .txt)] = 2
    table[KeyName(recordSet: key.name, .mx)] = 3
    #expect(table.count == 3 && table[key] == 1 && table[KeyName(recordSet: key.name, .mx)] == 3)
  }
}

@Suite struct CountedTableTests {
  @Test(arguments: 1...4 as ClosedRange<UInt64>) func holdsEachValueAsLongAsItIsUsed(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var table = CountedTable<Int>()
    var uses: [Int: [UInt32]] = [:]
    for _ in 0..<3_000 {
      let value = Int.random(in: 0..<12, using: &random)
      if Bool.random(using: &random) {
        uses[value, default: []].append(table.add(value))
      } else if let number = uses[value]?.popLast() {
        table.release(number)
      }
      #expect(Set(uses[value] ?? []).count <= 1)
      #expect(table.count == uses.values.count { !$0.isEmpty })
    }
    for (value, numbers) in uses { for number in numbers { #expect(table[number] == value) } }
    let tally = Dictionary(table.tally.map { ($0.kind, $0.count) }) { $0 + $1 }
    #expect(tally == uses.mapValues(\.count).filter { $0.value > 0 })
  }
}
