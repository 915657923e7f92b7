// What a profile of a receiver is: a table of tolerances over the one parser of this folder.

internal import Model
internal import Syntax

/// One receiver: how it picks a record, cuts it into tags, reads their values and loads the key.
struct ReceiverProfile: Sendable {
  var name: String
  var choice = RecordChoice.first
  var text = TextTolerance()
  var list = ListTolerance()
  var values = ValueTolerance()
  var base64 = Base64Tolerance()
  var key = KeyTolerance()
}

/// Which of several TXT records counts.
enum RecordChoice: Sendable {
  /// More than one is an error.
  case only
  /// The first of the answer.
  case first
  /// The first that gives a key.
  case firstUsable
  /// The first that does not begin with `v=`, or does so with `v=dkim` in either case; without one the key is
  /// unavailable for now.
  case firstLikely
  /// Records that are no key records are stepped over; two that are one too many are a temporary error.
  case onlyKeyRecord
}

/// How the bytes of a record come to the parser.
struct TextTolerance: Sendable {
  enum Characters: Sendable { case any, ascii, visible }

  /// What is behind this many bytes is lost.
  var longest = Int.max
  /// A zero byte ends the text, as in C.
  var endsAtZero = false
  var characters = Characters.any
  var blanks = WhitespaceClass.mail
  /// White space goes before anything else happens.
  var dropsBlanks = false
}

/// How the text is cut into tags.
struct ListTolerance: Sendable {
  enum Cut: Sendable {
    case atSemicolons
    /// `;;` is a semicolon inside a value.
    case unlessDoubled
    /// Quotation marks and comments in parentheses hide semicolons.
    case unlessQuoted
    /// White space ends a value too, save that of `p=`.
    case atBlanksToo
  }
  enum Names: Sendable {
    case exact
    /// Only the first character counts.
    case first
    /// Only the last character before the `=` counts.
    case last
    /// The case is ignored.
    case anyCase
    /// The case, and white space inside, is ignored.
    case anyCaseWithBlanks
    /// White space inside is ignored.
    case withBlanks
  }
  enum NameGrammar: Sendable { case any, letterFirst, alphanumericFirst, tagName }
  enum Strays: Sendable { case refused, ignored, emptyValue }
  enum Empties: Sendable {
    case ignored
    /// Only behind the last semicolon.
    case last
    /// As `last`, and no white space there.
    case lastWithoutBlanks
  }
  enum Repeats: Sendable { case refused, lastCounts }
  enum ValueBlanks: Sendable { case trimmed, trimmedAtEnd, dropped }

  var cut = Cut.atSemicolons
  var names = Names.exact
  var nameGrammar = NameGrammar.any
  var strays = Strays.refused
  var empties = Empties.ignored
  var repeats = Repeats.lastCounts
  var valueBlanks = ValueBlanks.trimmed
}

/// What the tags but `p=` may say.
struct ValueTolerance: Sendable {
  enum Version: Sendable { case unread, exact, anyCase, anyCaseWithBlanks }
  enum KeyType: Sendable {
    /// The signature's algorithm alone decides.
    case unread
    /// It must be known, but the signature's algorithm decides.
    case known
    /// Compared with the key once that is loaded.
    case compared
    case exact
    case anyCase
    case anyCaseWithBlanks
    /// As `anyCase`; what is unknown is taken for RSA.
    case anyCaseOrRSA
  }
  enum Testing: Sendable {
    case unread
    /// Mail is treated as unsigned.
    case unsigned
    /// What fails is treated as unsigned.
    case excusesFailure
  }
  enum Grammar: Sendable {
    case unread
    /// RFC 6376, section 3.6.1, to the letter.
    case strict
    /// Words of letters, digits and hyphens, white space inside ignored, no `*`.
    case words
  }

  var version = Version.exact
  var versionFirst = false
  /// `v`, `k`, `h`, `s` that are empty or `0` count as absent.
  var emptyIsAbsent = false
  /// An empty `k=` stands for RSA.
  var emptyKeyTypeIsRSA = false
  var keyType = KeyType.exact
  var hashes: WordList?
  var services: WordList?
  /// `g=` limits the local part of the signer's address.
  var readsGranularity = false
  var testing = Testing.unread
  var grammar = Grammar.unread
}

/// How a list such as `h=` or `s=` is searched for a word.
struct WordList: Sendable {
  /// What becomes of the white space in an element.
  enum ElementBlanks: Sendable { case kept, trimmed, dropped }

  var splits = true
  var blanks = ElementBlanks.trimmed
  var foldsCase = false
  /// `::` is a colon inside an element.
  var doublesColons = false
}

/// How the base64 of `p=` is decoded.
struct Base64Tolerance: Sendable {
  enum Ending: Sendable {
    /// Padding as RFC 4648 wants it, nothing behind it.
    case exact
    /// Padding may be left out.
    case optional
    /// The first `=` ends the text, whatever is behind it.
    case firstPad
    /// As Python's `b64decode`: enough `=` end the text, others are stepped over.
    case enoughPads
    /// As rspamd: `=` of a wrong number at the end are refused, missing ones are not.
    case loosePads
    /// `=` ends a group of four and decoding goes on; a last group without padding is lost.
    case padsInside
  }

  var blanks: WhitespaceClass? = .mail
  var dropsStrangers = false
  /// What is dropped although no blank.
  var dropsQuotes = false
  var ending = Ending.exact
}

/// What keys are loaded.
struct KeyTolerance: Sendable {
  enum Form: Sendable { case info, either }
  enum Trailing: Sendable { case refused, ignored }

  enum Outline: Sendable {
    case checked
    /// Lengths may be wrong as long as the numbers are whole, and the algorithm is not looked at.
    case loose
    /// What is around the RSAPublicKey is stepped over.
    case steppedOver
  }

  var form = Form.info
  var outline = Outline.checked
  var trailing = Trailing.ignored
  var needsNullParameters = false
  /// A key that is marked for RSASSA-PSS is loaded all the same.
  var loadsPSS = false
  var minimumBits = 1024
  /// Sizes are rounded up to whole bytes before they are compared.
  var roundsBits = false
  var maximumBits = 16_384
  var exponent = ExponentLimit.none
  var ed25519 = Ed25519.raw

  enum ExponentLimit: Sendable {
    case none
    /// 64 bits where the modulus has more than 3072.
    case openSSL
    /// At most this many bits.
    case bits(Int)
  }

  enum Ed25519: Sendable {
    case unsupported
    /// 32 bytes.
    case raw
    /// The last 32 of any number of bytes, as they are the key in SubjectPublicKeyInfo.
    case lastBytes
    /// 32 bytes, or SubjectPublicKeyInfo.
    case rawOrInfo
  }
}
