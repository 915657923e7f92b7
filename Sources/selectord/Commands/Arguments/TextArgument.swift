// The argument of verbs that judge a text: the text itself, a file that holds it, or - for standard input.

import Syntax

/// A text to judge, and where it came from.
struct TextArgument {
  /// It need not be UTF-8: what stands there is what is judged.
  let bytes: [UInt8]
  /// `standard input`, or the file; nil where the text is the argument itself.
  let place: String?

  /// Reads what the argument names; `what` is what is expected there, as in `key record`.
  init(_ argument: String, of what: String) throws {
    let isFile = argument == "-" || InputFile.exists(argument)
    if !isFile, argument.isPath {
      throw CommandFailure(.unreadableInput, "cannot read \(argument): there is no such file, and it is no \(what)")
    }
    bytes = isFile ? try InputFile.contents(of: argument, expecting: "one \(what)") : Array(argument.utf8)
    place = isFile ? argument == "-" ? "standard input" : argument : nil
  }

  /// What a reader makes of the text; where that fails, the message names the file.
  func read<Value>(_ body: ([UInt8]) throws(RecordTextError) -> Value) throws -> Value {
    do throws(RecordTextError) {
      return try body(bytes)
    } catch {
      throw CommandFailure(.unreadableInput, place.map { "\($0): \(error)" } ?? "\(error)")
    }
  }
}

extension String {
  /// Whether it can only be meant as a file's path: a record's tags have `=`, and no key's base64 begins so.
  var isPath: Bool {
    !contains("=") && !contains(" ") && ["/", "./", "../", "~/"].contains { hasPrefix($0) }
  }
}
