// docs/output.schema.json: everything that verbs print as JSON fits it, and docs/json.md is made from it.

import TestSupport
import Testing

@testable import Config

private let root = fixtures("../..")

/// The schema, whose definitions are the objects of the verbs first and their parts after them.
private func schema() throws -> JSONNode {
  var reader = JSONReader(Array(try #require(contents(ofFile: root + "/docs/output.schema.json")).utf8))
  return try reader.document()
}

/// The objects of a golden file: an array, one object, or one a line.
private func objects(in file: String) throws -> [JSONNode] {
  let text = try #require(contents(ofFile: root + "/Tests/CommandTests/Golden/" + file))
  let parts = file.hasSuffix("l") ? text.split(separator: "\n").map(String.init) : [text]
  return try parts.flatMap { part in
    var reader = JSONReader(Array(part.utf8))
    let document = try reader.document()
    #expect(reader.faults.isEmpty, "\(file): \(reader.faults)")
    return document.elements ?? [document]
  }
}

@Suite struct OutputSchemaTests {
  @Test(arguments: [
    ("check.json", ["check"]), ("check.jsonl", ["check"]), ("diagnose.json", ["check"]), ("key.json", ["keyRecord"]),
    ("policy.jsonl", ["policy"]),
    ("status.json", ["status"]), ("history.jsonl", ["answer", "toldEvent", "gap"]),
    ("alert-list.jsonl", ["deliveryOfEvent"]), ("rotate-plan.json", ["rotatePlan"]),
    ("rotate-not-yet.json", ["rotateVerify"]), ("rehearse.json", ["rehearse"]), ("event.json", ["event"]),
    ("check-proof.json", ["checkProof"]), ("key-rules.jsonl", ["rule"]), ("incident-list.jsonl", ["listedIncident"]),
    ("../../AuditingTests/Golden/audit.json", ["audit"]),
    ("../../AuditingTests/Golden/audit-broken.json", ["audit"]),
    ("../../AuditingTests/Golden/audit-message.json", ["auditMessage"]), ("status-audit.json", ["auditStatus"]),
    ("history-audit.jsonl", ["findingSpan", "toldEvent"]),
    ("discover.json", ["discover"]), ("verify.json", ["verify"]),
  ]) func whatIsPrintedFitsTheSchema(_ file: String, _ definitions: [String]) throws {
    let document = try schema()
    let objects = try objects(in: file)
    #expect(!objects.isEmpty)
    for object in objects {
      let fitting = try definitions.filter { name in
        let definition = try #require(document["$defs"]?[name])
        return try SchemaValidator(
          schema: JSONNode(.object((definition.members ?? []) + [.init("$defs", document["$defs"] ?? [:])]))
        ).accepts(object)
      }
      #expect(fitting.count == 1, "\(file) does not fit \(definitions): \(object.text())")
    }
  }

  @Test(arguments: files(below: "Tests/AlertingTests/Golden/generic", suffix: ".json"))
  func whatGenericReceiversGetFitsTheSchema(_ file: String) throws {
    let document = try schema()
    let definition = try #require(document["$defs"]?["event"])
    let validator = SchemaValidator(
      schema: JSONNode(.object((definition.members ?? []) + [.init("$defs", document["$defs"] ?? [:])])))
    for event in try objects(in: "../../AlertingTests/Golden/generic/" + file) {
      #expect(try validator.accepts(event), "\(file): \(event.text())")
    }
  }

  /// What the page does not name is a failure of the tests above, not a surprise for a script.
  @Test func noObjectMayHaveMoreFields() throws {
    for definition in try #require(try schema()["$defs"]?.members) where definition.node["properties"] != nil {
      #expect(definition.node["additionalProperties"]?.text() == "false", "\(definition.name)")
    }
  }

  /// A validator that accepts everything would prove nothing.
  @Test func whatIsUnknownOrMissingDoesNotFit() throws {
    let document = try schema()
    let definition = try #require(document["$defs"]?["gap"])
    let validator = SchemaValidator(
      schema: JSONNode(.object((definition.members ?? []) + [.init("$defs", document["$defs"] ?? [:])])))
    let gap: JSONNode = ["kind": "gap", "from": "2026-11-23T08:53:20Z", "to": "2026-11-23T08:53:21Z"]
    #expect(try validator.accepts(gap))
    #expect(try !validator.accepts(["kind": "gap", "from": "2026-11-23T08:53:20Z"]))
    #expect(try !validator.accepts(["kind": "gap", "from": "yesterday", "to": "2026-11-23T08:53:21Z"]))
    #expect(try !validator.accepts(JSONNode(.object((gap.members ?? []) + [.init("more", 1)]))))
  }

  @Test func everyFieldIsDescribed() throws {
    for definition in try #require(try schema()["$defs"]?.members) {
      #expect(definition.node["description"]?.string?.hasSuffix(".") == true, "\(definition.name)")
      for property in definition.node["properties"]?.members ?? [] {
        #expect(property.node["description"]?.string?.hasSuffix(".") == true, "\(definition.name).\(property.name)")
      }
    }
  }

  /// SELECTORD_RECORD=1 writes the page anew.
  @Test func thePageShowsTheSchema() throws {
    var page = """
      # JSON

      `--output json` prints an array, `--output jsonl` one object a line. Names are A-labels, times are UTC. A field that is not
      `always` there is absent where it has no value. The page is made from [output.schema.json](output.schema.json), a JSON
      Schema (draft 2020-12) that the tests hold everything against.

      """
    for definition in try #require(try schema()["$defs"]?.members) {
      guard let properties = definition.node["properties"]?.members else { continue }
      let required = Set(definition.node["required"]?.elements?.compactMap(\.string) ?? [])
      page += "\n## \(definition.name)\n\n\(definition.node["description"]?.string ?? "")\n\n"
      page += "| field | type | always | meaning |\n|---|---|---|---|\n"
      for property in properties {
        page +=
          "| `\(property.name)` | \(property.node.typeText) | \(required.contains(property.name) ? "yes" : "") | "
          + "\(property.node["description"]?.string ?? "") |\n"
      }
    }
    expectGolden(page, "../../../docs/json.md")
  }
}

extension JSONNode {
  /// The type of a field, for people: a link to the definition, the words of an enumeration, or a plain type.
  fileprivate var typeText: String {
    if let name = self["$ref"]?.string?.split(separator: "/").last {
      return name == "time" ? "time" : "[\(name)](#\(name.lowercased()))"
    }
    if let words = self["enum"]?.elements {
      return words.compactMap(\.string).map { "`\($0)`" }.joined(separator: ", ")
    }
    if let items = self["items"] { return "array of \(items.typeText)" }
    if let values = self["additionalProperties"], values.members != nil { return "object of \(values.typeText)" }
    if let types = self["type"]?.elements { return types.compactMap(\.string).joined(separator: " or ") }
    return self["type"]?.string ?? ""
  }
}
