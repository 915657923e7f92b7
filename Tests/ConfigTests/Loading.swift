// Loads configurations in tests: from fixture files or from text, with a stand-in for the pinned key.

import Glibc
import TestSupport
import Testing

@testable import Config

/// What `Configuration.load` makes of a file, as text for golden files: warnings or errors, without the folder's path.
func load(
  _ path: String, environment: [String: String] = [:]
) -> (configuration: Configuration?, issues: [ConfigurationIssue]) {
  do throws(ConfigurationError) {
    let (configuration, warnings) = try Configuration.load(
      path: path, environment: environment, fingerprint: standInFingerprint)
    return (configuration, warnings)
  } catch {
    return (nil, error.issues)
  }
}

/// Stands in for the daemon's function: what begins as a key does is one, and a fingerprint is its own.
func standInFingerprint(_ text: String) -> Result<String, PinnedKeyError> {
  if text.hasPrefix("SHA256:") { return .success(text) }
  guard text.hasPrefix("MII") || text.utf8.count == 44 else {
    return .failure(PinnedKeyError(message: "\(text.quoted) is no public key; expected the value of p="))
  }
  return .success("SHA256:" + String(repeating: "A", count: 43))
}

/// A folder of its own for one test, removed at the end of `body`.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  var template = Array("/tmp/selectord-config-XXXXXX".utf8CString)
  let path = try #require(mkdtemp(&template).map { String(cString: $0) })
  defer { removeFolder(path) }
  return try body(path)
}

private func removeFolder(_ path: String) {
  for name in fileNames(in: path) { unlink(path + "/" + name) }
  rmdir(path)
}

func write(_ bytes: some Sequence<UInt8>, to path: String, mode: mode_t = 0o644) throws {
  let file = try #require(fopen(path, "w"))
  defer { fclose(file) }
  let bytes = Array(bytes)
  try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  try #require(chmod(path, mode) == 0)
}

/// Loads a configuration given as text.
func load(
  text: String, environment: [String: String] = [:]
) throws -> (configuration: Configuration?, issues: [ConfigurationIssue]) {
  try withFolder { folder in
    try write(text.utf8, to: folder + "/config.json")
    let (configuration, issues) = load(folder + "/config.json", environment: environment)
    return (
      configuration,
      issues.map { issue in
        var issue = issue
        if issue.file.hasPrefix(folder + "/") { issue.file.removeFirst(folder.count + 1) }
        return issue
      }
    )
  }
}

/// The messages as text, with the paths cut to what follows `folder`.
func described(_ issues: [ConfigurationIssue], without folder: String) -> String {
  issues.map { issue in
    issue.description.split(separator: folder + "/", omittingEmptySubsequences: false).joined() + "\n"
  }.joined()
}

/// The names of the files in a folder.
func fileNames(in path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafeBytes(of: entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) })
  }
  return names.filter { $0 != "." && $0 != ".." }
}
