// Lines of Exim that tell a message's way: what `exigrep` joins by the id, and what a queue is understood by.

package import Model

/// One step of a message.
package struct MailFlow {
  /// The mark of the line (Exim's specification, section "Log lines").
  package enum Step: Hashable, Sendable {
    /// `<=`
    case arrival
    /// `=>`, `->`, `>>`, `*>`
    case delivery
    /// `==`
    case deferral
    /// `**`
    case failure
    /// `Completed`
    case completed
    /// `rejected ...` or `temporarily rejected ...`
    case rejection
  }

  package var step: Step
  package var time: Timestamp?
  /// Empty where the line has none.
  package var queueID: Bytes
  /// What follows the mark: the address, then fields and the reason.
  package var text: Bytes
}
