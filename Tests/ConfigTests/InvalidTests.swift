// One fixture for each way to be wrong, with the messages beside it.

import TestSupport
import Testing

@testable import Config

private let folder = fixtures("config")

/// The names, without their endings, of the fixtures that begin with `prefix`.
func fixtureNames(_ prefix: String) -> [String] {
  fileNames(in: folder).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
}

@Suite struct InvalidTests {
  static let names = fixtureNames("invalid-")

  @Test func thereAreFixtures() { #expect(Self.names.count > 150) }

  @Test(arguments: names) func isRefusedWithItsMessages(_ name: String) throws {
    let path = "\(folder)/\(name).json"
    let (configuration, issues) = load(path, environment: ["EMPTY": ""])
    #expect(configuration == nil)
    #expect(!issues.isEmpty)
    expectGolden(described(issues, without: folder), "../../Fixtures/config/\(name).txt")
  }

  /// The schema knows shapes; what it cannot know (names that are used twice, a variable that is not set) is left out by
  /// asking the decoder whether the shape is broken.
  @Test(arguments: names) func schemaAndDecoderAgree(_ name: String) throws {
    let bytes = try ConfigurationFile.read("\(folder)/\(name).json").bytes
    guard let document = strictDocument(bytes) else { return }
    var log = IssueLog(source: SourceText(file: name, bytes: bytes))
    _ = Draft.read(&log)
    let accepts = try SchemaValidator(schema: ConfigurationSchema.document).accepts(document)
    #expect(accepts == !log.breaksShape, "the schema \(accepts ? "accepts" : "refuses") it: \(log.errors)")
  }

  private func strictDocument(_ bytes: [UInt8]) -> JSONNode? {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var reader = JSONReader(bytes)
    guard let document = try? reader.document(), reader.faults.isEmpty else { return nil }
    return document
  }

  @Test func aMissingFileSaysSo() {
    let (_, issues) = load("/no/such/config.json")
    #expect(
      issues.map(\.description) == [
        "/no/such/config.json: the configuration cannot be read: no such file or directory"
      ])
  }

  @Test func aFolderSaysSo() {
    let (_, issues) = load(folder)
    #expect(issues.map(\.message) == ["the configuration cannot be read: is a directory"])
  }
}
