// The order of names, from their ends on, as bytes that are compared at once.

internal import Glibc
internal import Model

enum NameOrder {
  /// The labels from the right, each behind a byte that tells a longer name from a longer label; what sorts as a key name.
  static func key(_ domain: DomainName, _ selector: DomainName?) -> [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(domain.wire.count + (selector?.wire.count ?? 0) + 2)
    append(domain, to: &key)
    if let selector { append(selector, to: &key) }
    return key
  }

  /// A zero ends the name, a one comes before each label: both are smaller than what labels of names hold.
  private static func append(_ name: DomainName, to key: inout [UInt8]) {
    var starts: [Int] = []
    var place = 0
    while place < name.wire.count, name.wire[place] > 0 {
      starts.append(place)
      place += Int(name.wire[place]) + 1
    }
    for start in starts.reversed() {
      key.append(1)
      key.append(contentsOf: name.wire[(start + 1)..<(start + 1 + Int(name.wire[start]))])
    }
    key.append(0)
  }

  static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let order = left.withUnsafeBytes { left in
      right.withUnsafeBytes { right -> Int32 in
        let length = min(left.count, right.count)
        guard length > 0, let one = left.baseAddress, let other = right.baseAddress else { return 0 }
        return memcmp(one, other, length)
      }
    }
    return order != 0 ? order < 0 : left.count < right.count
  }
}
