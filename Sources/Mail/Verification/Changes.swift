// In which way a message differs from the one that was signed, as far as trying shows.

/// A change of the body without which it has the hash of `bh=`.
public enum BodyChange: Hashable, Sendable {
  /// So many lines were added at the end.
  case footer(lines: Int)
  /// So many lines were added at the end of a part of the message.
  case partFooter(lines: Int)
  /// So many lines were added at the beginning, or at that of a part.
  case banner(lines: Int)
  /// Blanks were added at the ends of lines, or line ends at the end.
  case trailingBlanks
  /// Blank characters were changed: the hash is that of the relaxed form.
  case blanks
  /// The blank behind the two hyphens before a signature was taken away.
  case signatureSeparator
  /// Lines that begin with From have a `>` before it now.
  case fromQuoting
  /// A dot at the beginning of lines was doubled, or one of two taken away.
  case dots
  /// Line ends are others.
  case lineEnds
  /// Text was encoded anew, as this: quoted-printable, base64.
  case transferEncoding(String)
  /// The message was put into a multipart of its own, as mailing lists do to add a part.
  case wrapped
  /// A part was added behind the others.
  case partAdded
  /// Long lines were broken.
  case brokenLines
}

/// What is known of a header that was changed after signing.
public struct HeaderChange: Hashable, Sendable {
  /// The change that was found, by trying or by the copies of `z=`.
  public enum Kind: Hashable, Sendable {
    /// With this value, and the name as it is, the signature verifies.
    case value(name: String, now: String, signed: String)
    /// The field was added; without it the signature verifies.
    case added(name: String, value: String)
    /// The field is folded, or has its blanks, another way than when it was signed.
    case blanks(names: [String])
  }

  /// What makes the signature verify again.
  public var found: [Kind] = []
  /// Differences to the copies of `z=` where those do not explain it.
  public var copiesDiffer: [Kind] = []
  /// Signed fields that are not there: they were missing when it was signed, or were taken away.
  public var missing: [String] = []
  /// Signed fields that are there, of which at least one was changed.
  public var candidates: [String] = []

  public init() {}
}
