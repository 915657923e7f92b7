// Which target may import what. Package.swift says what each is given; here is what it may be given.

import TestSupport

/// One import as it stands in a source file.
struct Import: Hashable {
  var module: String
  /// `public`, `package`, `internal`, `private`, `fileprivate`; nil where none is written.
  var access: String?
  var isExported = false
  var line = 0
}

struct ImportRules {
  /// Modules of the system and of Swift itself.
  static let platform: Set = ["Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization"]

  /// Stages that reach out of the process. They never import each other.
  static let reachingOut: Set = ["Config", "Probing", "Storage", "Alerting", "Intake", "Dashboard"]
  /// What they reach out with.
  static let means: Set = [
    "HTTPClient", "CCurl", "CLinux", "CZlib", "CLzma", "CZip", "CSystemd", "GRDB", "Logging", "ServiceLifecycle",
    "UnixSignals", "ArgumentParser", "Hummingbird", "HummingbirdCore", "NIOCore", "NIOHTTPTypes",
  ]
  /// Where all stages meet.
  static let meetingPlaces: Set = ["Daemon", "selectord", "selectord-bench"]

  let manifest: Manifest

  /// Pure: no socket, no file, no clock. Every target that is not named above.
  func isPure(_ name: String) -> Bool {
    !Self.reachingOut.contains(name) && !Self.means.contains(name) && !Self.meetingPlaces.contains(name)
  }

  /// What is wrong with what Package.swift gives a target.
  func violations(ofTarget name: String) -> [String] {
    guard let target = manifest[name] else { return ["Package.swift has no target \(name)"] }
    let forbidden: (String) -> Bool
    if Self.meetingPlaces.contains(name) {
      return []
    } else if Self.reachingOut.contains(name) || Self.means.contains(name) {
      forbidden = { Self.reachingOut.contains($0) || Self.meetingPlaces.contains($0) }
    } else {
      forbidden = { !isPure($0) }
    }
    return target.dependencies.filter(forbidden).map { "\(name) may not depend on \($0)" }
  }

  /// What is wrong with the imports of one file of a target.
  func violations(in text: String, of name: String) -> [String] {
    guard let target = manifest[name] else { return ["Package.swift has no target \(name)"] }
    return Self.imports(in: text).flatMap { found in
      var violations: [String] = []
      let isAllowed =
        Self.platform.contains(found.module) ? name != "Model" : target.dependencies.contains(found.module)
      if !isAllowed { violations.append("line \(found.line): Package.swift does not give \(name) \(found.module)") }
      if found.isExported { violations.append("line \(found.line): \(found.module) is exported again") }
      // A module that is not imported publicly cannot stand in a public signature: the compiler sees to that.
      if found.access == "public" || found.access == "package", manifest[found.module]?.kind != .stage {
        violations.append(
          "line \(found.line): \(found.module) is no stage of ours and is imported \(found.access ?? "")")
      }
      return violations
    }
  }

  /// The imports of a source file; comments are passed over.
  static func imports(in text: String) -> [Import] {
    var imports: [Import] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      for statement in codeWithoutComment(line).split(separator: ";") {
        var words = statement.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)[...]
        var found = Import(module: "", line: index + 1)
        while let word = words.first, word != "import" {
          if word.hasPrefix("@") {
            found.isExported = found.isExported || word == "@_exported"
          } else if ["public", "package", "internal", "private", "fileprivate"].contains(word) {
            found.access = word
          } else {
            break
          }
          words.removeFirst()
        }
        guard words.first == "import", words.count >= 2 else { continue }
        words.removeFirst()
        let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
        if let kind = words.first, kinds.contains(kind), words.count > 1 { words.removeFirst() }
        found.module = words.first?.split(separator: ".").first.map(String.init) ?? ""
        imports.append(found)
      }
    }
    return imports
  }
}
