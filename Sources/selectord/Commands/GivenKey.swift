// `--key` of `verify`: a key record in whatever form, or a public key.

import Keys
import Model
import Syntax

enum GivenKey {
  static func read(_ argument: String) throws -> VerificationAnswer {
    let isFile = argument == "-" || InputFile.exists(argument)
    if !isFile, argument.isPath {
      throw CommandFailure(.unreadableInput, "--key: cannot read \(argument): there is no such file")
    }
    var text = isFile ? try InputFile.keyBytes(of: argument) : Array(argument.utf8)
    if text.starts(with: "-----BEGIN".utf8) {
      do throws(SigningKeyError) {
        let records = try SigningKey.read(&text).compactMap(\.record)
        return .records(records.map { KeyJudge.verificationRecord(TextRecord($0)) })
      } catch {
        throw CommandFailure(.unreadableInput, "--key: \(error)")
      }
    }
    do {
      return .records(try RecordText.read(text).map(KeyJudge.verificationRecord))
    } catch {
      throw CommandFailure(.unreadableInput, "--key: \(isFile ? "\(argument): " : "")\(error)")
    }
  }
}
