// Tells that something has changed in some folders, where the kernel gives notice of it.

internal import Glibc

/// The kernel's notices (inotify) of changes in some folders. Who follows files looks now and then in any case: folders on
/// other machines give no notice.
package final class FileEvents: Sendable {
  private let descriptor: Int32

  /// nil where the kernel has no notices to give. Folders that cannot be watched are left out.
  package init?(folders: some Sequence<String>) {
    let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    let changes = UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE)
    for folder in Set(folders) { inotify_add_watch(descriptor, folder, changes) }
  }

  deinit { close(descriptor) }

  /// Whether anything has changed since the last call. Does not wait.
  package func take() -> Bool {
    var hasChanged = false
    withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
      while read(descriptor, buffer.baseAddress, buffer.count) > 0 { hasChanged = true }
    }
    return hasChanged
  }
}
