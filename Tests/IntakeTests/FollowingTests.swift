// Every line of a log comes once, whatever happens to its files and to us.

import Foundation
import Model
import TestSupport
import Testing

@testable import Intake

/// A log on disk, its writer, and a reader that keeps what it committed and nothing else.
private final class Rig {
  let folder: URL
  let log: URL
  private(set) var written: [String] = []
  private(set) var read: [String] = []
  private(set) var gaps = 0
  var state = FollowState()
  private var number = 0

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("following-\(UInt64.random(in: 0 ... .max))")
    log = folder.appendingPathComponent("mainlog")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  /// Appends lines; the last may lack its end.
  func append(_ count: Int, to url: URL? = nil, padding: Int = 0) throws {
    for _ in 0..<count {
      number += 1
      let line = "line \(number) " + String(repeating: "x", count: padding)
      written.append("line \(number)")
      try append(line + "\n", to: url)
    }
  }

  func append(_ text: String, to url: URL? = nil) throws {
    let path = (url ?? log).path
    if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// Shifts `mainlog.1` to `mainlog.2` and so on, as logrotate does.
  private func shift() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    for number in (1...9).reversed() {
      for suffix in ["", ".gz"] where names.contains("mainlog.\(number)\(suffix)") {
        try FileManager.default.moveItem(
          at: file("mainlog.\(number)\(suffix)"), to: file("mainlog.\(number + 1)\(suffix)"))
      }
    }
  }

  func rename() throws {
    guard FileManager.default.fileExists(atPath: log.path) else { return }
    try shift()
    try FileManager.default.moveItem(at: log, to: file("mainlog.1"))
  }

  func copyAndTruncate() throws {
    guard FileManager.default.fileExists(atPath: log.path) else { return }
    try shift()
    try FileManager.default.copyItem(at: log, to: file("mainlog.1"))
    // As cp does: the copy is as new as the copying.
    try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file("mainlog.1").path)
    let handle = try #require(FileHandle(forWritingAtPath: log.path))
    try handle.truncate(atOffset: 0)
    try handle.close()
  }

  func compress(_ name: String) throws {
    guard FileManager.default.fileExists(atPath: file(name).path) else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = [file(name).path]
    try process.run()
    process.waitUntilExit()
  }

  /// The lines of a block without what they are filled up with.
  private static func lines(_ block: [UInt8]) -> [String] {
    block.split(separator: UInt8(ascii: "\n")).compactMap { line in
      var text = line
      while let last = text.last, last == UInt8(ascii: "x") || last == UInt8(ascii: " ") { text.removeLast() }
      return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }
  }

  /// Lines that were written and did not come, and lines that came more than once.
  var faults: [String] {
    let counts = read.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    return written.filter { counts[$0] == nil }.map { "lost: \($0)" }
      + counts.filter { $0.value > 1 }.keys.map { "twice: \($0)" }
  }

  /// Reads what there is. Where `crashAfter` is given, everything after so many commits is lost, as by kill -9.
  func poll(crashAfter limit: Int = .max) throws {
    let now = LogFolder.now()
    let folder = LogFolder(path: log.path)
    let plan = FollowPlan(state, try folder.look(state), at: now)
    if plan.hasGap { gaps += 1 }
    var commits = 0
    for segment in plan.segments {
      guard let reader = try folder.open(segment) else { return }
      while let block = try reader.next() {
        if commits == limit { return }
        commits += 1
        read += Self.lines(block)
        state.advance(segment, to: reader.offset, head: reader.head, at: now)
      }
      state.advance(segment, to: reader.offset, head: reader.head, at: now)
    }
  }
}

@Suite struct FollowingTests {
  @Test func aGrowingFileIsReadOnce() throws {
    let rig = try Rig()
    try rig.poll()
    #expect(rig.read.isEmpty)
    try rig.append(3)
    try rig.poll()
    try rig.append("half a ")
    try rig.poll()
    #expect(rig.read == rig.written)
    try rig.append("line\n")
    try rig.poll()
    #expect(rig.read == rig.written + ["half a line"])
  }

  @Test(arguments: [false, true]) func aRenamedFileIsReadToItsEnd(whileAway: Bool) throws {
    let rig = try Rig()
    try rig.append(2)
    try rig.poll()
    try rig.append(2)
    if !whileAway { try rig.poll() }
    try rig.rename()
    if !whileAway { try rig.poll() }
    // The writer has not noticed yet.
    try rig.append(1, to: rig.file("mainlog.1"))
    try rig.append(2)
    try rig.poll()
    try rig.append(1, to: rig.file("mainlog.1"))
    try rig.poll()
    #expect(rig.read.sorted() == rig.written.sorted())
    #expect(rig.gaps == 0)
  }

  @Test(arguments: [false, true]) func aFileThatIsCopiedAndTruncated(isLongerAfterwards: Bool) throws {
    let rig = try Rig()
    try rig.append(4)
    try rig.poll()
    try rig.append(2)
    try rig.copyAndTruncate()
    try rig.append(isLongerAfterwards ? 40 : 1)
    try rig.poll()
    #expect(rig.read == rig.written)
    #expect(rig.gaps == 0)
  }

  @Test func severalRotationsWhileAway() throws {
    let rig = try Rig()
    try rig.append(3)
    try rig.poll()
    for _ in 0..<3 {
      try rig.append(3)
      try rig.rename()
      // Files are told apart by when they were last written to.
      try rig.compress("mainlog.2")
    }
    try rig.append(2)
    try rig.poll()
    #expect(rig.read == rig.written)
    #expect(rig.gaps == 0)
  }

  @Test func aFileThatIsNowhereIsToldOnce() throws {
    let rig = try Rig()
    try rig.append(3)
    try rig.poll()
    try FileManager.default.removeItem(at: rig.log)
    try rig.append(2)
    for _ in 0..<3 { try rig.poll() }
    #expect(rig.gaps == 1)
    #expect(rig.read == rig.written)
  }

  @Test func aLineOfMegabytesComesInPieces() throws {
    let rig = try Rig()
    try rig.append(String(repeating: "y", count: 5 << 20))
    try rig.append("\n")
    try rig.append(1)
    try rig.poll()
    #expect(rig.read.count > 5)
    #expect(rig.read.last == "line 1")
  }

  /// Anything in any order, with a kill at any commit.
  @Test(arguments: 0..<30 as Range<UInt64>) func nothingIsLostOrDoubled(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var did: [String] = []
    let rig = try Rig()
    // What was rotated before the first look is not read.
    try rig.append(1)
    try rig.poll()
    for _ in 0..<40 {
      switch Int.random(in: 0..<12, using: &random) {
      case 0..<4: did.append("a"); try rig.append(Int.random(in: 1...5, using: &random))
      case 4: try rig.append(1, padding: 1_200_000); did.append("big")
      case 5: try rig.rename(); did.append("rename")
      case 6: try rig.compress("mainlog.2"); did.append("gz")
      case 7:
        // Truncated before it is read anew, it is what it was: a file with nothing to be told apart by.
        try rig.poll()
        try rig.copyAndTruncate(); did.append("copytr")
      case 8, 9: did.append("crash"); try rig.poll(crashAfter: Int.random(in: 0...3, using: &random))
      default: did.append("poll"); try rig.poll()
      }
    }
    try rig.poll()
    #expect(rig.faults == [], "\(did.joined(separator: " "))")
    #expect(rig.gaps == 0)
  }

  @Test(arguments: [
    ("mainlog.1", true), ("mainlog.12.gz", true), ("mainlog-20261101", true), ("mainlog-20261101.gz", true),
    ("mainlog-2026-11-01", true), ("mainlog", false), ("mainlog.swp", false), ("mainlog.1.bak", false),
    ("mainlog.", false), ("mainlog.gz", false), ("rejectlog.1", false),
  ]) func namesOfRotation(name: String, isRotation: Bool) {
    #expect(LogFolder.isRotation(name, of: "mainlog") == isRotation)
  }
}
