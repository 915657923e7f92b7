// Where the configuration puts the database, and who can write there.

import Glibc
import Testing

@testable import selectord

@Suite struct DatabaseLocationTests {
  /// What this user may do with a path: nil for what is not there.
  private func location(
    _ database: String, of configuration: String = "/etc/selectord/config.json", _ access: [String: Bool]
  ) -> DatabaseLocation {
    DatabaseLocation(database: database, configuration: configuration) { path, _ in access[path] }
  }

  @Test func whatCanBeWrittenIsNoFault() {
    #expect(location("/var/lib/selectord/history.sqlite", ["/var/lib/selectord": true]).warnings.isEmpty)
    #expect(location("a.sqlite", of: "config.json", [".": true]).warnings.isEmpty)
    #expect(location("/a.sqlite", of: "config.json", ["/": true, "/a.sqlite": true]).warnings.isEmpty)
  }

  @Test(
    arguments: [
      ([:], "does not exist"), (["/srv/a": false], "cannot write to the directory /srv/a"),
      (["/srv/a": true, "/srv/a/b": false], "cannot write the database /srv/a/b"),
    ] as [([String: Bool], String)]) func whatCannotBeWrittenSaysWhy(_ access: [String: Bool], _ expected: String)
  {
    let fault = location("/srv/a/b", of: "config.json", access).fault
    #expect(fault?.contains(expected) == true)
  }

  @Test func theUnitMayWriteToItsStateDirectoryOnly() {
    let warnings = location("/etc/selectord/selectord.sqlite", ["/etc/selectord": true]).warnings
    #expect(warnings.count == 1 && warnings[0].contains("outside of /var/lib/selectord"))
  }
}
