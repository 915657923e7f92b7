// `--key`: a key in whatever form the signer has it, of which only the public half is kept.

import Glibc
import Keys
import Model
import Rotation

/// Reads the key that the command line names.
enum KeyArgument {
  /// One key; two where the text can be read in two ways.
  static func read(_ argument: String) throws -> [SigningKey] {
    let isFile = argument == "-" || InputFile.exists(argument)
    if !isFile, argument.isPath {
      throw CommandFailure(.unreadableInput, "--key: cannot read \(argument): there is no such file")
    }
    var bytes = isFile ? try InputFile.keyBytes(of: argument) : Array(argument.utf8)
    do throws(SigningKeyError) {
      return try SigningKey.read(&bytes)
    } catch {
      let place = argument == "-" ? "standard input" : isFile ? argument : "there is no such file, and as a key"
      throw CommandFailure(.unreadableInput, "--key: \(place): \(error)")
    }
  }

  /// What the gate compares with.
  static func expected(_ keys: [SigningKey]) -> ExpectedKey {
    ExpectedKey(
      fingerprints: keys.map(\.fingerprint), form: keys.map(\.description).joined(separator: " or "))
  }
}

extension InputFile {
  /// The bytes of a key file, in one buffer that is never moved, so that whoever overwrites it leaves no copy.
  static func keyBytes(of path: String) throws -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    defer { if path != "-", descriptor >= 0 { close(descriptor) } }
    func refuse(_ why: String) -> CommandFailure {
      CommandFailure(.unreadableInput, "--key: cannot read \(path == "-" ? "standard input" : path): \(why)")
    }
    guard descriptor >= 0 else { throw refuse(String(cString: strerror(errno))) }
    var bytes = [UInt8](repeating: 0, count: SigningKey.largestFile + 1)
    var length = 0
    while length < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress?.advanced(by: length), $0.count - length)
      }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw refuse(String(cString: strerror(errno)))
      }
      length += count
    }
    if length > SigningKey.largestFile {
      bytes.withUnsafeMutableBytes { if let address = $0.baseAddress { explicit_bzero(address, $0.count) } }
      throw refuse("it has more than \(SigningKey.largestFile) bytes; expected one key")
    }
    bytes.removeLast(bytes.count - length)
    return bytes
  }
}
