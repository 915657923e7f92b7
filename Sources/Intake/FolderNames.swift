// The names in a folder, for all who look into one.

internal import Glibc

enum FolderNames {
  /// All names but `.` and `..`, in the order of the folder; throws the number of the system's error.
  static func all(in folder: String) throws(FolderError) -> [String] {
    guard let directory = opendir(folder) else { throw FolderError(code: errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// What keeps a folder from being read.
  struct FolderError: Error, Hashable {
    var code: Int32
  }
}
