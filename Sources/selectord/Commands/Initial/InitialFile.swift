// The file of a first configuration: never overwritten unasked, and there whole or not at all.

import Config
import Daemon
import Glibc

/// Writes the file of `init`.
struct InitialFile {
  /// `-` is standard output.
  var path: String
  var replaces: Bool

  /// Refuses, before anything is asked, what could not be written in the end.
  func checkPlace() throws(CommandFailure) {
    if path == "-" { return }
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    if access(path, F_OK) == 0, !replaces {
      throw CommandFailure(
        .unavailable, "\(path) is there already; name another file by --config, or replace it with --force")
    }
    if access(folder, W_OK | X_OK) != 0 {
      throw CommandFailure(
        .unavailable,
        "cannot write to \(folder): \(String(cString: strerror(errno))); name a file elsewhere by --config, or run this as "
          + "a user who can")
    }
  }

  /// Writes the text, once it is seen to be a configuration. What was there before is kept as FILE.old.
  func write(_ text: String) throws {
    let temporary = path + ".new"
    unlink(temporary)
    try write(text, to: temporary)
    do throws(ConfigurationError) {
      _ = try Configuration.load(path: temporary, environment: processEnvironment(), readsSecrets: true)
    } catch {
      unlink(temporary)
      throw CommandFailure(
        .usage,
        error.issues.map { ($0.path.hasPrefix("receivers") ? "--webhook: " : "") + $0.message }.joined(separator: "\n"))
    }
    if replaces {
      let old = path + ".old"
      unlink(old)
      _ = link(path, old)
    }
    let isPlaced = replaces ? rename(temporary, path) == 0 : link(temporary, path) == 0
    let reason = errno
    unlink(temporary)
    if !isPlaced {
      throw CommandFailure(.unavailable, "cannot write \(path): \(String(cString: strerror(reason)))")
    }
  }

  /// A new file that its owner may write and its group read, like one that was there before: a webhook is a secret.
  private func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
    func refuse() -> CommandFailure {
      CommandFailure(.unavailable, "cannot write \(self.path): \(String(cString: strerror(errno)))")
    }
    guard descriptor >= 0 else { throw refuse() }
    defer { close(descriptor) }
    var folder = stat()
    let place = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    // What root writes to /etc/selectord is for the daemon, whose group that folder has.
    if geteuid() == 0, stat(place, &folder) == 0 { _ = fchown(descriptor, uid_t.max, folder.st_gid) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        let failure = refuse()
        unlink(path)
        throw failure
      }
    }
    guard fchmod(descriptor, 0o640) == 0, fsync(descriptor) == 0 else { throw refuse() }
  }
}
