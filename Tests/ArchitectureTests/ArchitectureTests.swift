// Holds every import of every source file against the table.

import Glibc
import TestSupport
import Testing

/// The paths of the Swift files below a folder.
private func swiftFiles(below folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var files: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if name.hasPrefix(".") { continue }
    let path = folder + "/" + name
    if name.hasSuffix(".swift") {
      files.append(path)
    } else {
      files += swiftFiles(below: path)
    }
  }
  return files.sorted()
}

@Suite struct ArchitectureTests {
  private static let sources = fixtures("../../Sources")
  static let files = swiftFiles(below: sources).map { String($0.dropFirst(sources.count + 1)) }

  @Test func thereAreSources() { #expect(Self.files.count > 30) }

  @Test(arguments: files) func importsKeepToTheFlow(_ file: String) throws {
    let target = String(file.prefix { $0 != "/" })
    let text = try #require(contents(ofFile: Self.sources + "/" + file))
    #expect(ImportRules.violations(in: text, of: target) == [])
  }
}

@Suite struct ImportRulesTests {
  @Test(arguments: [
    ("import Model", Import(module: "Model", line: 1)),
    ("public import Model  // why", Import(module: "Model", access: "public", line: 1)),
    ("@preconcurrency internal import GRDB", Import(module: "GRDB", access: "internal", line: 1)),
    ("@_exported import GRDB", Import(module: "GRDB", isExported: true, line: 1)),
    ("\n  import struct Foundation.Date", Import(module: "Foundation", line: 2)),
    ("@testable\timport Keys", Import(module: "Keys", line: 1)),
  ]) func finds(_ text: String, _ expected: Import) {
    #expect(ImportRules.imports(in: text) == [expected])
  }

  @Test(arguments: ["// import GRDB", "/// import GRDB", "let important = 1", "importing GRDB", "func import() {}", ""])
  func passesOver(_ text: String) {
    #expect(ImportRules.imports(in: text) == [])
  }

  @Test func findsTwoOnALine() {
    #expect(ImportRules.imports(in: "import Model; import GRDB").map(\.module) == ["Model", "GRDB"])
  }

  @Test(arguments: [
    ("Judging", "import Keys", "line 1: Judging may not import Keys"),
    ("Model", "import Foundation", "line 1: Model may not import Foundation"),
    ("Probing", "import CLdns", "line 1: Probing may not import CLdns"),
    ("Storage", "public import GRDB", "line 1: GRDB is not ours and is imported public"),
    ("Storage", "@_exported import GRDB", "line 1: GRDB is exported again"),
    ("Daemon", "import GRDB", "line 1: Daemon may not import GRDB"),
    ("Reports", "import Model", "the target Reports is not in the table of ImportRules.swift"),
  ]) func refuses(_ target: String, _ text: String, _ violation: String) {
    #expect(ImportRules.violations(in: text, of: target) == [violation])
  }

  @Test(arguments: [
    ("Storage", "internal import GRDB"), ("Probing", "public import DNS"), ("Config", "internal import Glibc"),
    ("selectord", "import ArgumentParser"), ("Daemon", "public import Storage"),
  ]) func allows(_ target: String, _ text: String) {
    #expect(ImportRules.violations(in: text, of: target) == [])
  }
}
