// `selectord backup`: a copy of the database while the daemon runs.

import ArgumentParser
import Config
import Glibc
import Model
import Storage

/// Copies the configured database to a file or to standard output.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the database to a file, also while the daemon runs.",
    discussion: """
      The copy is complete as of one moment, checked, and readable by this user only. It is one file, which needs no \
      other file beside it. With - it goes to standard output, by way of a file in $TMPDIR or /var/tmp.

      How to restore a backup: stop the daemon, remove the files history.sqlite-wal and history.sqlite-shm, put the \
      copy in the place of history.sqlite, and start the daemon.

      EXAMPLES
        selectord backup /var/backups/selectord.sqlite --force
        selectord backup - | gzip > selectord.sqlite.gz
      """)

  @Argument(help: "The file to write; - is standard output.", completion: .file())
  var file: String

  @Flag(help: "Replace the file if there is one.")
  var force = false

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    if file.isEmpty { throw ValidationError("the name of the file is empty") }
    if file == "-", isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("standard output is a terminal; redirect it, or name a file")
    }
    let database = try options.load().database
    let activity = Activity()
    activity.say("copying \(database)")
    let result = try await activity.during {
      Result { () throws(any Error) in
        file == "-"
          ? try Self.print(database)
          : try DatabaseBackup(database: database, target: file, replaces: force).write()
      }
    }.get()
    let size = "\(result.bytes) bytes, schema version \(result.schemaVersion), no problems found"
    if file == "-" {
      Console.message("selectord: copied \(database): \(size)".withoutControls + "\n")
    } else {
      try Console.data("Copied \(database) to \(file): \(size).".withoutControls + "\n")
    }
  }

  /// Makes the copy in a folder of its own and hands its bytes to standard output.
  private static func print(_ database: String) throws -> DatabaseBackup.Result {
    let folder = try temporaryFolder()
    let path = folder + "/copy"
    defer {
      unlink(path)
      rmdir(folder)
    }
    let result = try DatabaseBackup(database: database, target: path).write()
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    func refuse() -> CommandFailure {
      CommandFailure(.unavailable, "cannot read the copy \(path): \(String(cString: strerror(errno)))")
    }
    guard descriptor >= 0 else { throw refuse() }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return result }
      if count > 0 {
        try Console.data(buffer[..<count])
      } else if errno != EINTR {
        throw refuse()
      }
    }
  }

  /// A new folder for this user alone; not in /tmp, which may be in memory.
  private static func temporaryFolder() throws -> String {
    let place = processEnvironment()["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/tmp"
    var template = Array("\(place)/selectord-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure(
        .unavailable,
        "cannot make a folder in \(place): \(String(cString: strerror(errno))); name another one in $TMPDIR")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
