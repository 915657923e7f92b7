// Proofs as files: one form of writing, by which every change is seen.

import Foundation
import Glibc
import Model
import Rotation

/// Reads and writes proofs.
enum ProofFile {
  /// The largest that is read.
  static let largest = 64 << 20

  /// The text of a file; digest and signature are added here.
  static func text(_ proof: Proof, secret: Secret?) throws -> String {
    var proof = proof
    proof.seal(try content(of: proof), secret: secret)
    return try JSONValue(encoding: proof).prettyText() + "\n"
  }

  /// What digest and signature cover: everything else on one line.
  static func content(of proof: Proof) throws -> [UInt8] {
    Array(try JSONValue(encoding: proof.content).compactText.utf8)
  }

  /// Replaces a file at once, or not at all.
  static func write(_ text: String, to path: String) throws {
    let temporary = path + ".new"
    let bytes = Array(text.utf8)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    func refuse() -> CommandFailure {
      CommandFailure(.unavailable, "--proof: cannot write \(path): \(String(cString: strerror(errno)))")
    }
    guard descriptor >= 0 else { throw refuse() }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        let failure = refuse()
        close(descriptor)
        unlink(temporary)
        throw failure
      }
    }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, path) == 0 else {
      let failure = refuse()
      unlink(temporary)
      throw failure
    }
  }

  /// A proof, and whether the text is just as it is written here, whatever white space is between; a sentence where the
  /// text is no proof at all.
  enum Reading {
    case proof(Proof, isExact: Bool)
    case none(String)
  }

  static func read(_ path: String) throws -> Reading {
    let bytes = try InputFile.contents(of: path, atMost: largest, expecting: "a proof")
    let proof: Proof
    do {
      proof = try JSONDecoder().decode(Proof.self, from: Data(bytes))
    } catch let error as DecodingError {
      return .none(Self.sentence(error))
    } catch {
      return .none("it is not JSON")
    }
    guard proof.format == Proof.currentFormat else {
      return .none("its format is \(proof.format); this version reads \(Proof.currentFormat)")
    }
    let exact = try JSONValue(encoding: proof).compactText
    return .proof(proof, isExact: Array(exact.utf8) == withoutBlanks(bytes))
  }

  /// JSON without the white space between its tokens.
  static func withoutBlanks(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var isInString = false
    var isEscaped = false
    for byte in bytes {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
        continue
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      }
      result.append(byte)
    }
    return result
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      let names = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
      return names.isEmpty ? "" : " at \(names.hasPrefix(".") ? String(names.dropFirst()) : names)"
    }
    switch error {
    case .keyNotFound(let key, let context): return "it has no '\(key.stringValue)'\(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "it has another type than expected\(place(context.codingPath))"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "it is not JSON" : "a value cannot be read\(place(context.codingPath))"
    @unknown default: return "it is not a proof"
    }
  }
}
