// What people name as sources, turned to files: folders, Maildirs, patterns, and Debian's places where nothing is named.

internal import Glibc

/// One source as it is opened.
package enum NamedSource: Hashable, Sendable {
  case standardInput
  case file(String)
  /// A folder that is a Maildir: every file in `cur` and `new` is a message.
  case maildir(String)
  case folder(String)
  case journal
}

package enum SourceFiles {
  private static let deepest = 16
  private static let mostFiles = 1_000_000

  /// Where Debian's programs log; those that are there.
  package static func usual() -> [NamedSource] {
    let patterns = [
      "/var/log/exim4/*", "/var/log/exim/*", "/var/log/mail.log*", "/var/log/maillog*", "/var/log/rspamd/*",
    ]
    return patterns.flatMap { matches($0) }.filter { kind(of: $0) == S_IFREG }.map(NamedSource.file) + [.journal]
  }

  /// What a word of the command line names; patterns are for words that a shell left alone.
  package static func named(_ word: String) throws(IntakeError) -> [NamedSource] {
    if word == "-" { return [.standardInput] }
    if word == "journal", kind(of: word) == nil { return [.journal] }
    switch kind(of: word) {
    case S_IFDIR: return [isMaildir(word) ? .maildir(word) : .folder(word)]
    case .some: return [.file(word)]
    case nil:
      if word.contains(where: { "*?[".contains($0) }) {
        let found = matches(word)
        if found.isEmpty { throw IntakeError("no file matches the pattern") }
        return found.map { path in
          kind(of: path) == S_IFDIR ? (isMaildir(path) ? .maildir(path) : .folder(path)) : .file(path)
        }
      }
      throw .system(errno)
    }
  }

  private static func matches(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  static func kind(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// When a file was last written, in seconds.
  static func modified(_ path: String) -> Int64? {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_mtim.tv_sec) : nil
  }

  private static func isMaildir(_ path: String) -> Bool {
    kind(of: path + "/cur") == S_IFDIR && kind(of: path + "/new") == S_IFDIR
  }

  /// The messages of a Maildir and of the Maildirs in it (Maildir++).
  static func messages(ofMaildir path: String, _ body: (String) -> Void) {
    for part in ["/cur", "/new"] {
      for name in names(in: path + part) where kind(of: path + part + "/" + name) == S_IFREG {
        body(path + part + "/" + name)
      }
    }
    for name in names(in: path, hidden: true) where name.hasPrefix(".") && isMaildir(path + "/" + name) {
      messages(ofMaildir: path + "/" + name, body)
    }
  }

  /// Every regular file below a folder, in the order of their names; hidden ones are left out.
  static func files(below path: String, depth: Int = 0, count: inout Int, _ body: (NamedSource) -> Void) {
    for name in names(in: path) {
      let inner = path + "/" + name
      var status = stat()
      // A link to a folder could lead back.
      guard lstat(inner, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        if isMaildir(inner) {
          body(.maildir(inner))
        } else if depth < deepest {
          files(below: inner, depth: depth + 1, count: &count, body)
        }
      case S_IFREG, S_IFLNK:
        guard kind(of: inner) == S_IFREG, count < mostFiles else { continue }
        count += 1
        body(.file(inner))
      default: break
      }
    }
  }

  private static func names(in path: String, hidden: Bool = false) -> [String] {
    let names = (try? FolderNames.all(in: path)) ?? []
    return names.filter { hidden || !$0.hasPrefix(".") }.sorted()
  }
}
