// Which keys depend on which zones: a flat table of links, in which both directions are lists.

internal import Model

/// Links between keys and zones. A zone knows its first link, each link the next one of its zone and of its key.
struct PulseMembers: Sendable {
  static let none: Int32 = -1

  private struct Link: Sendable {
    var key: KeyName
    var zone: Int32
    var nextOfZone: Int32
    var nextOfKey: Int32
  }

  private var links: [Link] = []
  private var free: [Int32] = []
  /// The first link of each key, and of each zone by its number.
  private var heads: [KeyName: Int32] = [:]
  private var firsts: [Int32] = []

  var keys: Dictionary<KeyName, Int32>.Keys { heads.keys }

  func first(of zone: Int32) -> Int32 { Int(zone) < firsts.count ? firsts[Int(zone)] : Self.none }
  func key(of link: Int32) -> KeyName { links[Int(link)].key }
  func next(after link: Int32) -> Int32 { links[Int(link)].nextOfZone }

  /// The zones of a key, the last one that was linked first.
  func zones(of key: KeyName) -> [Int32] {
    var zones: [Int32] = []
    var link = heads[key] ?? Self.none
    while link != Self.none {
      zones.append(links[Int(link)].zone)
      link = links[Int(link)].nextOfKey
    }
    return zones
  }

  /// Links a key with a zone that it has no link with.
  mutating func link(_ key: KeyName, to zone: Int32) {
    while firsts.count <= zone { firsts.append(Self.none) }
    let link = Link(key: key, zone: zone, nextOfZone: firsts[Int(zone)], nextOfKey: heads[key] ?? Self.none)
    let number: Int32
    if let old = free.popLast() {
      links[Int(old)] = link
      number = old
    } else {
      links.append(link)
      number = Int32(links.count - 1)
    }
    firsts[Int(zone)] = number
    heads[key] = number
  }

  /// Takes all links of a key away: each with its zone, and the link after it in the list of that zone.
  mutating func unlink(_ key: KeyName) -> [(zone: Int32, link: Int32, next: Int32)] {
    var removed: [(zone: Int32, link: Int32, next: Int32)] = []
    var link = heads.removeValue(forKey: key) ?? Self.none
    while link != Self.none {
      let (zone, next) = (links[Int(link)].zone, links[Int(link)].nextOfZone)
      if firsts[Int(zone)] == link {
        firsts[Int(zone)] = next
      } else {
        var previous = firsts[Int(zone)]
        while links[Int(previous)].nextOfZone != link { previous = links[Int(previous)].nextOfZone }
        links[Int(previous)].nextOfZone = next
      }
      removed.append((zone, link, next))
      free.append(link)
      link = links[Int(link)].nextOfKey
    }
    return removed
  }
}
