// Which configuration file is used, and its bytes.

internal import Glibc

/// Finds and reads configuration files.
public enum ConfigurationFile {
  /// A larger file is refused: nobody writes one, but a path such as /dev/zero has no end.
  static let largestSize = 256 << 20

  /// Which file is to be used.
  public struct Choice: Hashable, Sendable {
    /// nil where there is none.
    public var path: String?
    /// Whether somebody named it, by `--config` or `$SELECTORD_CONFIG`.
    public var isNamed: Bool
    /// `./config.json`, where that belongs to another program and was passed over.
    public var passedOver: String?
  }

  /// The file to use: that of `--config`, else `$SELECTORD_CONFIG`, else `./config.json`, else
  /// `/etc/selectord/config.json`.
  ///
  /// A `./config.json` of another program is passed over. A file that is there and cannot be read is found all the same:
  /// who loads it is told why.
  public static func locate(
    option: String?, environment: [String: String],
    candidates: [String] = ["config.json", "/etc/selectord/config.json"]
  ) -> Choice {
    if let option { return Choice(path: option, isNamed: true) }
    if let path = environment["SELECTORD_CONFIG"], !path.isEmpty { return Choice(path: path, isNamed: true) }
    var choice = Choice(isNamed: false)
    for path in candidates where isThere(path) {
      // Any program may have a config.json in the folder that somebody works in; nobody else writes to /etc/selectord.
      if path.hasPrefix("/") || isOurs(path) {
        choice.path = path
        break
      }
      choice.passedOver = path
    }
    return choice
  }

  /// Whether there is a file, or may be one: a folder that this user may not enter hides what is in it.
  private static func isThere(_ path: String) -> Bool {
    access(path, F_OK) == 0 || errno == EACCES
  }

  /// Whether a file is a configuration of selectord, sound or not: some key at its top is known. Of a file that is no
  /// JSON, a mention of what every configuration names is enough.
  static func isOurs(_ path: String) -> Bool {
    // What cannot be read is reported, not passed over.
    guard let bytes = try? read(path).bytes else { return true }
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    let known = Set(ConfigurationSettings.all.map(\.name)).subtracting([ConfigurationSettings.schema.name])
    var reader = JSONReader(bytes)
    if let document = try? reader.document() {
      guard let members = document.members else { return false }
      return members.isEmpty || members.contains { known.contains($0.name) }
    }
    let lists: [any AnySetting] = [
      ConfigurationSettings.watches, ConfigurationSettings.recordSets, ConfigurationSettings.audits,
      ConfigurationSettings.watchLists,
    ]
    return lists.contains { text.contains("\"\($0.name)\"") }
  }

  /// A path as the configuration file means it: relative to its own folder.
  static func resolve(_ path: String, besides file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }

  /// The database of a configuration that names none.
  ///
  /// A service may not write to /etc: the state of a configuration in `/etc/NAME` is in `/var/lib/NAME`, as systemd's
  /// StateDirectory= has it. It follows from the path alone, so that `selectord status` at a shell finds what the
  /// service writes.
  static func defaultDatabase(of file: String) -> String {
    stateDirectory(of: file).map { "\($0)/history.sqlite" } ?? resolve("selectord.sqlite", besides: file)
  }

  /// `/var/lib/NAME` for a file in `/etc/NAME`.
  public static func stateDirectory(of file: String) -> String? {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].isEmpty, parts[1] == "etc", !parts[2].isEmpty, parts[2] != "..", parts[2] != "."
    else { return nil }
    return "/var/lib/\(parts[2])"
  }

  /// The bytes of a file, and whether every user of the machine may read it.
  static func read(_ path: String, atMost limit: Int = largestSize) throws(FileError) -> FileContents {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw FileError(errno) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) < 0 { throw FileError(errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileError(EISDIR) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(errno)
      }
      bytes += buffer[..<count]
      if bytes.count > limit { throw FileError(description: "it has more than \(limit) bytes") }
    }
    return FileContents(bytes: bytes, isWorldReadable: status.st_mode & S_IROTH != 0)
  }
}

struct FileContents {
  var bytes: [UInt8]
  var isWorldReadable: Bool
}

/// Why a file cannot be read: what the system says.
struct FileError: Error, CustomStringConvertible {
  var description: String
  /// Whether another user might read it.
  var isPermission = false

  init(description: String) { self.description = description }

  init(_ code: Int32) {
    description = systemMessage(code)
    isPermission = code == EACCES || code == EPERM
  }
}
