// Paths of files and what stands there.

internal import Glibc

/// The little that is needed of paths.
enum FilePath {
  /// The directory that holds a file; `.` for a bare name.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func isDirectory(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Tells one file from another, whatever their names; nil where there is none.
  static func identity(of path: String) -> FileIdentity? {
    var information = stat()
    return stat(path, &information) == 0 ? FileIdentity(device: information.st_dev, inode: information.st_ino) : nil
  }

  /// The size of a file in bytes; nil where there is none.
  static func size(of path: String) -> Int64? {
    var information = stat()
    return stat(path, &information) == 0 ? Int64(information.st_size) : nil
  }
}

/// What makes a file the same file (stat(2)).
struct FileIdentity: Hashable, Sendable {
  var device: dev_t
  var inode: ino_t

  init(device: dev_t, inode: ino_t) {
    self.device = device
    self.inode = inode
  }

  /// That of an open file.
  init(_ descriptor: Int32) {
    var information = stat()
    fstat(descriptor, &information)
    self.init(device: information.st_dev, inode: information.st_ino)
  }
}
