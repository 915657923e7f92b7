// `backup`: from outside, to a file and through a pipe.

import Foundation
import Storage
import Testing

@testable import selectord

@Suite struct BackupCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("selectord-\(UUID().uuidString)")

  private func run(_ arguments: String...) throws -> Run {
    try Run(
      arguments,
      environment: ["SELECTORD_CONFIG": folder.appendingPathComponent("config.json").path, "TMPDIR": folder.path])
  }

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: folder.appendingPathComponent("config.json"))
  }

  @Test func aCopyIsMadeOnceAndReplacedByForce() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try run("backup", folder.path + "/copy").code == 69)
    try SQLiteHistory(path: folder.path + "/selectord.sqlite", mode: .readWrite).close()
    let target = folder.path + "/copy"
    let first = try run("backup", target)
    #expect(first.code == 0 && first.err == "")
    #expect(first.out.hasPrefix("Copied \(folder.path)/selectord.sqlite to \(target): "))
    #expect(first.out.hasSuffix("no problems found.\n"))
    let second = try run("backup", target)
    #expect(second.code == 69 && second.out == "" && second.err.contains("--force"))
    #expect(try run("backup", target, "--force").code == 0)
    // Standard output takes the same bytes, and nothing is left behind.
    let program = try Run.program().path
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [
      "-c", "'\(program)' backup - --config '\(folder.path)/config.json' 2>/dev/null | cmp - '\(target)'",
    ]
    shell.environment = ["PATH": "/usr/bin:/bin", "TMPDIR": folder.path]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("selectord-") }
    #expect(left.isEmpty)
  }

  @Test(arguments: [["backup"], ["backup", ""], ["backup", "a", "b"]]) func wrongUsageIsTold(arguments: [String]) throws
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try Run(arguments).code == 64)
  }
}
