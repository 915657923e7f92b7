// What is wrong with a term of an SPF record, and where.

/// One place at which an SPF record leaves the grammar: a receiver that meets it gives up with permerror.
public struct SPFSyntaxError: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A byte that no term may hold: a control character, or one beyond ASCII.
    case character
    /// A tab or line break between terms.
    case separator
    case unknownMechanism
    /// A known name with `:` where `=` belongs: `redirect:`.
    case modifierColon
    /// Something behind `all`, or a network size where there can be none.
    case unexpectedArgument
    /// No name or address behind the colon or the equals sign.
    case missingArgument
    case ip4Address
    case ip6Address
    case ip4Prefix
    case ip6Prefix
    /// A name that does not end in a label that can be a top-level domain.
    case domain
    /// `%` that begins no macro.
    case percent
    /// `%{` with something wrong before `}`.
    case macro
    /// A macro letter that is not defined, or that explanations alone may use.
    case macroLetter
    /// `redirect` or `exp` again.
    case repeatedModifier
  }

  public var kind: Kind
  /// The term, in the joined strings.
  public var term: Range<Int>
  /// The place inside it.
  public var place: Range<Int>
}
