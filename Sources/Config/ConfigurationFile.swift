// Which configuration file is used, and its bytes.

internal import Glibc

/// Finds and reads configuration files.
public enum ConfigurationFile {
  /// A larger file is refused: nobody writes one, but a path such as /dev/zero has no end.
  static let largestSize = 256 << 20

  /// The path of the file to use: that of `--config`, else `$SELECTORD_CONFIG`, else `./config.json`, else
  /// `/etc/selectord/config.json`; nil where none is named and neither of the last two is there.
  public static func locate(option: String?, environment: [String: String]) -> String? {
    if let option { return option }
    if let path = environment["SELECTORD_CONFIG"], !path.isEmpty { return path }
    return ["config.json", "/etc/selectord/config.json"].first { access($0, F_OK) == 0 }
  }

  /// A path as the configuration file means it: relative to its own folder.
  static func resolve(_ path: String, besides file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }

  /// The bytes of a file, and whether every user of the machine may read it.
  static func read(_ path: String, atMost limit: Int = largestSize) throws(FileError) -> FileContents {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw FileError(description: systemMessage(errno)) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) < 0 { throw FileError(description: systemMessage(errno)) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileError(description: systemMessage(EISDIR)) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(description: systemMessage(errno))
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
}
