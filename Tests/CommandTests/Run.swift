// Runs the built program as a user would.

import Foundation

/// What one run of the program gave.
struct Run {
  let code: Int32
  let out: String
  let err: String

  /// Runs `selectord` in a folder of its own, with nothing of the caller's environment.
  init(
    _ arguments: [String], input: String = "", environment: [String: String] = [:], files: [String: String] = [:]
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, contents) in files {
      try Data(contents.utf8).write(to: folder.appendingPathComponent(name))
    }
    // Files instead of pipes: nobody has to read two streams at once.
    func stream(_ name: String, _ contents: String = "") throws -> FileHandle {
      let url = folder.appendingPathComponent(".\(name)")
      try Data(contents.utf8).write(to: url)
      return try FileHandle(forUpdating: url)
    }
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.appendingPathComponent(".\(name)")), as: UTF8.self)
    }
    let process = Process()
    process.executableURL = try Self.program()
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = try stream("in", input)
    process.standardOutput = try stream("out")
    process.standardError = try stream("err")
    try process.run()
    process.waitUntilExit()
    code = process.terminationStatus
    out = try text("out")
    err = try text("err")
  }

  /// The program beside the test bundle.
  static func program() throws -> URL {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    for _ in 0..<4 {
      folder.deleteLastPathComponent()
      let program = folder.appendingPathComponent("selectord")
      if FileManager.default.isExecutableFile(atPath: program.path) { return program }
    }
    throw CocoaError(.fileNoSuchFile)
  }
}
