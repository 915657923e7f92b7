// The bytes of a list, plain or compressed, or of the standard input.

internal import CZlib
internal import Glibc

/// A file that is read block by block; zlib finds out by itself whether it is compressed.
final class ListBytes {
  private let file: gzFile?
  private let isInput: Bool
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  /// Opens a path; `-` is the standard input.
  init(path: String) throws(KeyNameListError) {
    isInput = path == "-"
    if isInput {
      file = nil
      return
    }
    // Opened here, since zlib would take a directory for an empty file.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw KeyNameListError(description: systemMessage(errno)) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw KeyNameListError(description: systemMessage(EISDIR))
    }
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw KeyNameListError(description: systemMessage(ENOMEM))
    }
    self.file = file
  }

  deinit {
    if let file { gzclose(file) }
  }

  /// The next bytes; nil at the end.
  func next() throws(KeyNameListError) -> [UInt8]? {
    guard let file else { return try nextOfInput() }
    let count = gzread(file, &buffer, UInt32(buffer.count))
    if count > 0 { return Array(buffer[..<Int(count)]) }
    var status: Int32 = 0
    let message = gzerror(file, &status).map { String(cString: $0) } ?? ""
    switch status {
    case Z_OK, Z_STREAM_END: return nil
    case Z_BUF_ERROR: throw KeyNameListError(description: "the compressed file is cut short")
    case Z_ERRNO: throw KeyNameListError(description: systemMessage(errno))
    default: throw KeyNameListError(description: "the compressed file is damaged (\(message))")
    }
  }

  private func nextOfInput() throws(KeyNameListError) -> [UInt8]? {
    while true {
      let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
      if count > 0 { return Array(buffer[..<count]) }
      if count == 0 { return nil }
      if errno != EINTR { throw KeyNameListError(description: systemMessage(errno)) }
    }
  }
}

/// What the system calls an error, in lower case, as it stands behind a colon.
func systemMessage(_ code: Int32) -> String {
  let text = String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}
