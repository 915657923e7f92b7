// What is known of a key before it is watched, and whether it shall be.

import Model
import Phrasing

/// A key that `init` came across.
struct InitialKey: Hashable, Sendable {
  var key: KeyName
  /// Whether the command line named it.
  var isNamed = false
  /// Whose convention the selector is.
  var vendor: String?
  /// How many messages in the logs are signed with it; 0 where none was seen.
  var messages = 0
  /// What DNS says of it now.
  var judgement: Judgement?

  enum Decision: Hashable, Sendable {
    case watch
    /// With the reason.
    case leaveOut(String)
  }

  /// A key that somebody uses is watched whatever is wrong with it: that is what the watch is for. What was only guessed has
  /// to work.
  var decision: Decision {
    let isUsed = isNamed || messages > 0
    switch judgement?.state {
    case .published, .divergent, .mismatched, .unreachable, .pending, nil: return .watch
    case .missing: return isUsed ? .watch : .leaveOut("the alias leads to no key")
    case .invalid: return isUsed ? .watch : .leaveOut("no receiver can use the record")
    case .revoked: return isNamed ? .watch : .leaveOut("the key is revoked")
    }
  }

  /// Where the selector comes from, for the note of the watch.
  var origin: String {
    if let vendor { return vendor }
    if isNamed { return "named on the command line" }
    return messages > 0 ? "found in mail logs" : "found in DNS"
  }
}
