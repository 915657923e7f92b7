// Holds every import of every source file against Package.swift, and Package.swift against the drawing of the flow.

import TestSupport
import Testing

@Suite struct ArchitectureTests {
  static let sources = files(below: "Sources", suffix: ".swift")
  static let manifest = contents(ofFile: repository("Package.swift")).flatMap { try? Manifest($0) }
  /// Our targets that are no tests and no libraries of C.
  static let targets = (manifest?.targets ?? []).filter {
    $0.kind != .tests && $0.kind != .systemLibrary && $0.path == nil
  }

  private static func target(of file: String) -> String { String(file.prefix { $0 != "/" }) }

  @Test func packageIsRead() throws {
    let text = try #require(contents(ofFile: repository("Package.swift")))
    let manifest = try Manifest(text)
    #expect(manifest.targets.count > 30)
    #expect(manifest["Model"]?.dependencies == [])
    #expect(manifest["Storage"]?.dependencies.contains("GRDB") == true)
    #expect(Self.sources.count > 30)
  }

  @Test(arguments: targets.map(\.name)) func dependenciesKeepToTheFlow(_ name: String) throws {
    let manifest = try #require(Self.manifest)
    #expect(ImportRules(manifest: manifest).violations(ofTarget: name) == [])
  }

  @Test(arguments: sources) func importsKeepToThePackage(_ file: String) throws {
    let manifest = try #require(Self.manifest)
    let text = try #require(contents(ofFile: repository("Sources/" + file)))
    #expect(ImportRules(manifest: manifest).violations(in: text, of: Self.target(of: file)) == [])
  }

  @Test(arguments: targets.filter { $0.kind == .stage }.map(\.name)) func everyStageHasTests(_ name: String) throws {
    let manifest = try #require(Self.manifest)
    #expect(manifest.targets.contains { $0.kind == .tests && $0.dependencies.contains(name) })
  }

  @Test(arguments: targets) func everyTargetIsInTheDrawing(_ target: Manifest.Target) throws {
    let page = try #require(contents(ofFile: repository("docs/architecture.md")))
    let parts = page.split(separator: "```mermaid")
    let drawing = try #require(parts.dropFirst().first?.split(separator: "```").first)
    let isDrawn = drawing.split { !$0.isLetter && !$0.isNumber }.contains(Substring(target.name))
    let isInTable = page.contains("\n| `\(target.name)` |")
    // A target of C is told of below the table.
    let isCalledC = target.kind == .target && page.contains("`\(target.name)` holds")
    #expect(isDrawn || isCalledC, "the drawing of docs/architecture.md has no \(target.name)")
    #expect(isInTable || isCalledC, "the table of docs/architecture.md has no row for \(target.name)")
  }
}
