// Which names of time zones are known on this machine.

internal import Foundation

enum TimeZoneName {
  static func isKnown(_ name: String) -> Bool { TimeZone(identifier: name) != nil }
}
