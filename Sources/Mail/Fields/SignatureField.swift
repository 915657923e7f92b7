// A DKIM-Signature field (RFC 6376, section 3.5) and its sister of ARC, read whole, with every reason not to trust it.

public import Model

/// A signature as the field tells it; what can be read is there even where something else is wrong.
public struct SignatureField: Hashable, Sendable {
  /// Which field holds it.
  public enum Kind: Hashable, Sendable {
    /// `DKIM-Signature` (RFC 6376).
    case dkim
    /// `ARC-Message-Signature` (RFC 8617, section 4.1.2).
    case arcMessage
    /// `ARC-Seal` (RFC 8617, section 4.1.3): over the sets of ARC fields, without a body hash.
    case arcSeal
  }

  /// `a=`.
  public enum Algorithm: String, Hashable, Sendable, CaseIterable {
    case rsaSHA1 = "rsa-sha1"
    case rsaSHA256 = "rsa-sha256"
    case ed25519SHA256 = "ed25519-sha256"

    /// The type of key that signs with it.
    public var keyType: KeySummary.KeyType { self == .ed25519SHA256 ? .ed25519 : .rsa }
    /// The hash in the words of a key record's `h=`.
    public var hashName: String { self == .rsaSHA1 ? "sha1" : "sha256" }
  }

  public let kind: Kind
  public let field: HeaderField
  public let tags: TagList
  /// `a=`, where it is a known one.
  public let algorithm: Algorithm?
  /// `c=` for the header; simple where it is absent, relaxed in an ARC-Message-Signature.
  public let headerCanonicalization: Canonicalization
  /// `c=` for the body; the same.
  public let bodyCanonicalization: Canonicalization
  /// `d=`, where it is a domain name.
  public let domain: DomainName?
  /// `s=`, where it is a name.
  public let selector: DomainName?
  /// `i=` of DKIM: the user or agent; `@` and the domain where it is absent.
  public let identity: String
  /// `i=` of ARC, where it is a number from 1 to 50.
  public let instance: Int?
  /// `h=`, in lower case, in its order.
  public let signedFields: [String]
  /// `bh=`, decoded.
  public let bodyHash: [UInt8]
  /// `b=`, decoded.
  public let signature: [UInt8]
  /// `l=`: how many bytes of the body, canonicalized, are signed.
  public let bodyLength: UInt64?
  /// `t=`.
  public let signedAt: Timestamp?
  /// `x=`.
  public let expiresAt: Timestamp?
  /// `z=`: copies of fields as the signer saw them.
  public let copies: [FieldCopy]
  /// Why the field is no valid signature; empty where it is one.
  public let faults: [SignatureFault]

  /// Reads a field, whatever its name.
  public init(_ field: HeaderField, kind: Kind = .dkim) {
    self.kind = kind
    self.field = field
    let tags = TagList(field.rawValue)
    self.tags = tags
    var reading = SignatureReading(tags: tags, kind: kind)
    algorithm = reading.algorithm()
    (headerCanonicalization, bodyCanonicalization) = reading.canonicalization()
    let domain = reading.name("d")
    self.domain = domain
    selector = reading.name("s")
    identity = reading.identity(domain)
    instance = reading.instance()
    signedFields = reading.signedFields()
    bodyHash = reading.bodyHash(algorithm)
    signature = reading.base64("b")
    bodyLength = reading.number("l")
    let signedAt = reading.time("t")
    let expiresAt = reading.time("x")
    self.signedAt = signedAt
    self.expiresAt = expiresAt
    copies = reading.copies()
    reading.checkRest(signedAt, expiresAt)
    faults = reading.faults
  }

  /// Where its key is asked for, where `d=` and `s=` make a name.
  public var keyName: KeyName? { KeyName(selector, of: domain) }

  /// A tag's value as the field has it, on one line.
  public func text(_ tag: String) -> String? {
    tags.value(tag).map { $0.filter { $0 != .carriageReturn && $0 != .lineFeed }.text }
  }
}

/// How header or body are brought into one form before they are hashed (RFC 6376, section 3.4).
public enum Canonicalization: String, Hashable, Sendable, CaseIterable {
  case simple, relaxed
}

/// A copy of a field in `z=`.
public struct FieldCopy: Hashable, Sendable {
  public let name: String
  public let value: [UInt8]
}

/// Why a field is no valid signature.
public enum SignatureFault: Hashable, Sendable {
  case tagList(TagList.Fault)
  case missing(String)
  case version(String)
  case algorithm(String)
  case canonicalization(String)
  /// `d=` or `s=` is no domain name.
  case name(tag: String, String)
  /// The domain of `i=` is neither `d=` nor below it.
  case identity(String)
  case instance(String)
  case base64(String)
  case hashSize(bytes: Int, expected: Int)
  case number(tag: String, String)
  /// `h=` is empty, or has an element that is no field name.
  case fields(String)
  case fromUnsigned
  case query(String)
  /// `x=` is not later than `t=`.
  case expiry
  /// A seal has a tag that must not stand there.
  case forbidden(String)
  case chainValidation(String)
}

extension SignatureFault: CustomStringConvertible {
  /// What is wrong, as it follows a colon.
  public var description: String {
    switch self {
    case .tagList(let fault): fault.description
    case .missing(let tag): "\(tag)= is missing"
    case .version(let value): "v=\(value) is unknown; expected 1"
    case .algorithm(let value): "a=\(value) is unknown; expected rsa-sha256 or ed25519-sha256"
    case .canonicalization(let value): "c=\(value) is unknown; expected simple or relaxed"
    case .name(let tag, let value): "\(tag)=\(value) is no domain name"
    case .identity(let value): "i=\(value) does not belong to the domain of d="
    case .instance(let value): "i=\(value) is no number from 1 to 50"
    case .base64(let tag): "\(tag)= is not base64"
    case .hashSize(let bytes, let expected): "bh= has \(bytes) bytes; the hash has \(expected)"
    case .number(let tag, let value): "\(tag)=\(value) is no number"
    case .fields(let value): value.isEmpty ? "h= is empty" : "h= names '\(value)', which is no field name"
    case .fromUnsigned: "h= does not name From"
    case .query(let value): "q=\(value) is unknown; expected dns/txt"
    case .expiry: "x= is not later than t="
    case .forbidden(let tag): "\(tag)= must not stand in a seal"
    case .chainValidation(let value): "cv=\(value) is unknown; expected none, pass or fail"
    }
  }
}
