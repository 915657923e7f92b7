// Where a secret comes from, and fetching it.

internal import Model

/// A secret as the configuration gives it.
enum SecretSource: Sendable {
  case literal(Located<String>)
  case environment(Located<String>)
  case file(Located<String>)
  case credential(Located<String>)

  var isLiteral: Bool {
    if case .literal = self { true } else { false }
  }

  /// Where it stands.
  var location: SourceLocation {
    switch self {
    case .literal(let text), .environment(let text), .file(let text), .credential(let text): text.location
    }
  }
}

/// Fetches secrets: from the environment, from files, from systemd's credentials.
struct SecretResolver {
  /// The path of the configuration file.
  var file: String
  var environment: [String: String]
  /// Whether secrets are read; else one that nobody uses stands in for each.
  var isReading = true

  /// Passes every check, and leads nowhere (RFC 6761, section 6.4).
  private static let standIn = Secret("https://secret.invalid/")

  /// The secret; nil after an issue. Its text never stands in a message. `warns` is false where others may read it.
  func secret(_ source: SecretSource, warns: Bool = true, _ log: inout IssueLog) -> Secret? {
    switch source {
    case .literal(let text): return Secret(text.value)
    case _ where !isReading: return Self.standIn
    case .environment(let name):
      guard let text = environment[name.value] else {
        log.refuse(name.location, "the environment variable \(name.value.quoted) is not set")
        return nil
      }
      if !text.isEmpty { return Secret(text) }
      log.refuse(name.location, "the environment variable \(name.value.quoted) is empty; expected a secret")
      return nil
    case .file(let path):
      return contents(of: ConfigurationFile.resolve(path.value, besides: file), path.location, warns: warns, &log)
    case .credential(let name):
      guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
        log.refuse(
          name.location,
          "$CREDENTIALS_DIRECTORY is not set; expected a service of systemd with LoadCredential=\(name.value)")
        return nil
      }
      if name.value.contains("/") || name.value == ".." || name.value == "." {
        log.refuse(name.location, "\(name.value.quoted) is not a valid name of a credential; expected one without '/'")
        return nil
      }
      return contents(of: folder + "/" + name.value, name.location, warns: false, &log)
    }
  }

  private func contents(of path: String, _ location: SourceLocation, warns: Bool, _ log: inout IssueLog) -> Secret? {
    let contents: FileContents
    do throws(FileError) {
      contents = try ConfigurationFile.read(path, atMost: 65_536)
    } catch {
      log.refuse(location, "the secret in \(path.quoted) cannot be read: \(error)")
      return nil
    }
    guard var text = String(validating: contents.bytes, as: UTF8.self) else {
      log.refuse(location, "the secret in \(path.quoted) is not UTF-8 text")
      return nil
    }
    while text.last?.isNewline == true { text.removeLast() }
    if text.isEmpty {
      log.refuse(location, "the file \(path.quoted) is empty; expected a secret")
      return nil
    }
    if warns, contents.isWorldReadable {
      log.warn(location, "every user of this machine can read the secret in \(path.quoted); run chmod o-r on it")
    }
    return Secret(text)
  }
}
