// Which target may import what: the flow of docs/architecture.md as data.

/// One import as it stands in a source file.
struct Import: Hashable {
  var module: String
  /// `public`, `package`, `internal`, `private`, `fileprivate`; nil where none is written.
  var access: String?
  var isExported = false
  var line = 0
}

enum ImportRules {
  /// Modules of the system and of Swift itself.
  static let platform: Set = ["Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization"]

  /// The targets in the order of the flow, and what each may import beside `platform`. Stages do not know each other, but
  /// for those that asking itself is made of.
  static let allowed: [String: Set<String>] = [
    "Model": [],
    "Conventions": ["Model", "CPsl"],
    "DNSSEC": ["Model", "Crypto"],
    "Config": ["Model", "CIdn2", "CZlib"],
    "HTTPClient": ["Model", "CCurl"],
    "DNS": ["Model", "CLdns", "Crypto"],
    "Probing": ["Model", "DNS", "HTTPClient", "CLinux"],
    "Keys": ["Model", "CGmp", "SwiftASN1", "Crypto"],
    "Phrasing": ["Model"],
    "Judging": ["Model", "Phrasing"],
    "Diagnosing": ["Model", "Phrasing", "Conventions", "DNSSEC", "Judging"],
    "Monitoring": ["Model", "Phrasing", "Keys", "Judging", "Diagnosing", "Rotation"],
    "Rotation": ["Model", "Phrasing", "Crypto"],
    "Rehearsal": ["Model", "Phrasing", "Conventions", "DNSSEC"],
    "Storage": ["Model", "GRDB"],
    "Alerting": ["Model", "HTTPClient", "Crypto"],
    "Scheduling": ["Model"],
    "Dashboard": ["Model", "Hummingbird"],
    "Daemon": stages.union(["CLinux", "Logging", "ServiceLifecycle", "UnixSignals"]),
    "selectord": stages.union(["Daemon", "CLinux", "Logging", "ServiceLifecycle", "UnixSignals", "ArgumentParser"]),
  ]

  private static let stages: Set = [
    "Model", "Phrasing", "Conventions", "DNSSEC", "Config", "DNS", "Probing", "Keys", "Judging", "Diagnosing",
    "Monitoring", "Rotation", "Rehearsal", "Storage",
    "Alerting", "Scheduling", "HTTPClient", "Dashboard",
  ]

  /// What is wrong with the imports of one file of a target.
  static func violations(in text: String, of target: String) -> [String] {
    guard let allowed = allowed[target] else {
      return ["the target \(target) is not in the table of ImportRules.swift"]
    }
    return imports(in: text).flatMap { found in
      var violations: [String] = []
      let isPlatform = platform.contains(found.module)
      if target == "Model" || !isPlatform && !allowed.contains(found.module) {
        violations.append("line \(found.line): \(target) may not import \(found.module)")
      }
      if found.isExported { violations.append("line \(found.line): \(found.module) is exported again") }
      // A module that is not imported publicly cannot stand in a public signature: the compiler sees to that.
      if found.access == "public" || found.access == "package", !self.allowed.keys.contains(found.module) {
        violations.append("line \(found.line): \(found.module) is not ours and is imported \(found.access ?? "")")
      }
      return violations
    }
  }

  /// The imports of a source file; comments are passed over.
  static func imports(in text: String) -> [Import] {
    var imports: [Import] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
      for statement in code.split(separator: ";") {
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
