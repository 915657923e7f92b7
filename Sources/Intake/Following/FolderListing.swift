// The files of a folder in which reports or messages arrive.

internal import Glibc
package import Model

package enum FolderListing {
  /// A file, by its name in the folder.
  package struct File: Hashable, Sendable {
    package var name: String
    package var modifiedAt: Timestamp
  }

  /// Regular files that are not hidden, by name; `nil` where there is no such folder.
  package static func files(in folder: String) throws(FollowError) -> [File]? {
    let names: [String]
    do {
      names = try FolderNames.all(in: folder)
    } catch {
      if error.code == ENOENT { return nil }
      throw FollowError(folder, errno: error.code)
    }
    var files: [File] = []
    for name in names {
      var status = stat()
      guard !name.hasPrefix("."), stat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      files.append(
        File(
          name: name,
          modifiedAt: Timestamp(
            microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000)))
    }
    return files.sorted { $0.name < $1.name }
  }
}
