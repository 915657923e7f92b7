// What the rules find and what they pass over, on a package of the test's own.

import Testing

private let package = """
  // stage("Comment", [])
  func stage(_ name: String, _ dependencies: [Target.Dependency]) -> Target { .target(name: name) }
  let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
  let arguments = Target.Dependency.product(name: "ArgumentParser", package: "a")
  let package = Package(
    targets: [
      .systemLibrary(name: "CPsl", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
      .target(name: "CLinux"),
      stage("Model", []),
      stage("Keys", ["Model", "CPsl"], hasData: true),
      stage("Judging", ["Model"]),
      stage("Probing", ["Model", "CLinux"]),
      stage(
        "Storage",
        [
          "Model", grdb,
        ]),
      stage("Daemon", ["Model", "Storage", "Keys", "Probing"]),
      .executableTarget(name: "selectord", dependencies: ["Daemon", arguments], path: "a", swiftSettings: settings),
      tests("KeysTests", ["Model"], hasGoldenFiles: true),
    ])
  """

@Suite struct ManifestTests {
  @Test func readsTargets() throws {
    let manifest = try Manifest(package)
    #expect(
      manifest.targets.map { "\($0.kind) \($0.name): \($0.dependencies.joined(separator: " "))" } == [
        "systemLibrary CPsl: ", "target CLinux: ", "stage Model: ", "stage Keys: Model CPsl", "stage Judging: Model",
        "stage Probing: Model CLinux", "stage Storage: Model GRDB", "stage Daemon: Model Storage Keys Probing",
        "executableTarget selectord: Daemon ArgumentParser", "tests KeysTests: Model",
      ])
    #expect(manifest["selectord"]?.path == "a")
  }

  @Test(arguments: [
    ("stage(\"Keys\", [gmp])", "Package.swift: gmp among the dependencies of Keys is no product"),
    (
      "stage(\"Keys\", [\"Model\"] + more)",
      "Package.swift: expected a list as dependencies of Keys, found [\"Model\"] + more"
    ),
  ]) func saysWhatItCannotRead(_ text: String, _ message: String) {
    #expect(throws: Manifest.Unreadable.self) { try Manifest(text) }
    do { _ = try Manifest(text) } catch { #expect("\(error)" == message) }
  }
}

@Suite struct ImportRulesTests {
  private let rules: ImportRules

  init() throws { rules = ImportRules(manifest: try Manifest(package)) }

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
    ("Judging", "import Keys", "line 1: Package.swift does not give Judging Keys"),
    ("Model", "import Foundation", "line 1: Package.swift does not give Model Foundation"),
    ("Keys", "import GRDB", "line 1: Package.swift does not give Keys GRDB"),
    ("Storage", "public import GRDB", "line 1: GRDB is no stage of ours and is imported public"),
    ("Keys", "package import CPsl", "line 1: CPsl is no stage of ours and is imported package"),
    ("Storage", "@_exported import GRDB", "line 1: GRDB is exported again"),
    ("Reports", "import Model", "Package.swift has no target Reports"),
  ]) func refuses(_ target: String, _ text: String, _ violation: String) {
    #expect(rules.violations(in: text, of: target) == [violation])
  }

  @Test(arguments: [
    ("Storage", "internal import GRDB"), ("Probing", "public import Model"), ("Keys", "internal import Glibc"),
    ("selectord", "import ArgumentParser"), ("Daemon", "public import Storage"),
  ]) func allows(_ target: String, _ text: String) {
    #expect(rules.violations(in: text, of: target) == [])
  }

  @Test(arguments: [
    ("stage(\"Judging\", [\"Model\", \"Storage\"])", "Judging", "Judging may not depend on Storage"),
    ("stage(\"Judging\", [\"CLinux\"])", "Judging", "Judging may not depend on CLinux"),
    ("stage(\"Storage\", [\"Probing\"])", "Storage", "Storage may not depend on Probing"),
    ("stage(\"HTTPClient\", [\"Alerting\"])", "HTTPClient", "HTTPClient may not depend on Alerting"),
    ("stage(\"Alerting\", [\"Daemon\"])", "Alerting", "Alerting may not depend on Daemon"),
  ]) func refusesDependencies(_ text: String, _ target: String, _ violation: String) throws {
    #expect(ImportRules(manifest: try Manifest(text)).violations(ofTarget: target) == [violation])
  }
}
