// Reasons as sentences for people: what is wrong, and how it was found.

internal import Model
internal import Phrasing

extension SignatureResult {
  /// One sentence.
  public var sentence: String {
    var text =
      reason == .otherKey && keySource == .file
      ? "The signature was made with another key than the one that is given." : reason.sentence(signature)
    if let verifiedBefore {
      let until = verifiedBefore.until.map { "that was published until \(Phrase.dateAndTime($0))" } ?? "of the history"
      text = "\(text.asClause); it verifies with the key \(until)."
    }
    return text
  }
}

extension SignatureReason {
  func sentence(_ signature: SignatureField) -> String {
    switch self {
    case .verified: "Header and body are as they were signed."
    case .malformed(let faults):
      "The signature is malformed: \(Phrase.list(faults.map(\.description), limit: 3))."
    case .keyMissing(let name): "There is no key at \(name)."
    case .keyUnreachable(let name, let why): "The key at \(name) could not be asked for: \(why)."
    case .keyRevoked(let name): "The key at \(name) is revoked: its p= is empty."
    case .keyUnusable(let name, let why): "The record at \(name) gives no key: \(why)."
    case .keyType(let signature, let key): "The signature is of type \(signature), and the key of type \(key)."
    case .keyHash(let hashes): "The key may be used with \(hashes) only (h= of the record)."
    case .keyService: "The key is not for mail (s= of the record)."
    case .keySubdomain(let identity):
      "The key is for the signing domain alone (t=s of the record), and i= is \(identity)."
    case .weakKey(let bits):
      "The signature verifies, but its key has only \(bits) bits; receivers want at least 1024 (RFC 8301)."
    case .sha1: "The signature verifies, but SHA-1 must not be accepted any more (RFC 8301)."
    case .bodyChanged(let change): Self.sentence(change, signature)
    case .headerChanged(let change): change.sentence
    case .otherKey:
      "The signature was made with another key than the one at \(signature.keyName?.description ?? "its name")."
    case .keyOrHeader:
      "The signature does not fit: it was made with another key, or a signed header field was changed."
    case .expired(let time): "The signature expired at \(Phrase.dateAndTime(time))."
    case .future(let time):
      "The signature was made at \(Phrase.dateAndTime(time)), which is in the future: a clock is wrong."
    case .unsupported(let what): "This machine's OpenSSL does not support \(what)."
    case .headerTooLong: "The header has more than \(HeaderReader.largest >> 20) MiB; the rest is not read."
    }
  }

  private static func sentence(_ change: BodyChange?, _ signature: SignatureField) -> String {
    let changed = "The body was changed after signing"
    guard let change else { return "\(changed)." }
    func lines(_ count: Int) -> String { count == 1 ? "line" : "\(count) lines" }
    func are(_ count: Int) -> String { Phrase.agreeing(count, "is", "are") }
    return switch change {
    case .footer(let count):
      "\(changed): it verifies if the last \(lines(count)) \(are(count)) left out. A footer was added."
    case .partFooter(let count):
      "\(changed): it verifies if the last \(lines(count)) of a text part \(are(count)) left out. A footer was added."
    case .banner(let count):
      "\(changed): it verifies if the first \(lines(count)) of a text \(are(count)) left out. A banner was added."
    case .trailingBlanks: "\(changed): it verifies without the blanks at the ends of its lines."
    case .blanks: "\(changed): it verifies with spaces for tabs."
    case .signatureSeparator: "\(changed): it verifies with the blank behind '--' that was taken away."
    case .fromQuoting: "\(changed): '>' was put before, or taken from, lines that begin with 'From '."
    case .dots: "\(changed): dots at the beginnings of lines were doubled, or taken away."
    case .lineEnds: "\(changed): it verifies with its line ends as CRLF."
    case .transferEncoding(let encoding): "\(changed): it verifies decoded. It was encoded again, as \(encoding)."
    case .wrapped: "\(changed): it was put into a new multipart. Its first part alone verifies."
    case .partAdded: "\(changed): it verifies if the last part is left out. A part was added."
    case .brokenLines: "\(changed): it verifies with its long lines joined. They were broken at about 1000 bytes."
    }
  }
}

extension HeaderChange {
  /// One sentence, or two.
  var sentence: String {
    let changed = "The header was changed after signing"
    if !found.isEmpty { return "\(changed): \(Phrase.list(found.map(\.clause), limit: 3))." }
    if !copiesDiffer.isEmpty {
      return "\(changed). By the copies of z=, \(Phrase.list(copiesDiffer.map(\.clause), limit: 3))."
    }
    var text = "\(changed): one of \(Phrase.list(candidates, limit: 20))."
    if !missing.isEmpty {
      let fields = Phrase.list(missing, limit: 20)
      text +=
        " \(fields.capitalizedFirst) \(Phrase.agreeing(missing.count, "is", "are")) signed and not there, which is right "
        + "where \(Phrase.agreeing(missing.count, "it was", "they were")) missing from the beginning."
    }
    return text
  }
}

extension HeaderChange.Kind {
  fileprivate var clause: String {
    switch self {
    case .value(let name, let now, let signed): "\(name) was '\(signed.shortened)' and is '\(now.shortened)'"
    case .added(let name, let value): "\(name) '\(value.shortened)' was added"
    case .blanks(let names):
      "\(Phrase.list(names)) \(Phrase.agreeing(names.count, "is", "are")) folded or spaced another way"
    }
  }
}

extension String {
  /// So much of a value as a sentence can bear.
  fileprivate var shortened: String { count > 80 ? prefix(79) + "…" : self }
}

extension ARCResult {
  /// One sentence.
  public var sentence: String {
    switch reason {
    case .absent: "The message has no ARC fields."
    case .verified:
      "All \(instances) seals and the last message signature verify."
        .replacing("All 1 seals", with: "The seal")
    case .broken(let fault): "The chain is broken: \(fault)."
    case .failedBefore(let instance): "The server of set \(instance) found the chain broken."
    case .message(let instance, let reason):
      "The message signature of set \(instance) fails: \(reason.clause)."
    case .seal(let instance, let reason): "The seal of set \(instance) fails: \(reason.clause)."
    }
  }
}

extension SignatureReason {
  /// The sentence without the signature's own terms, to follow a colon.
  fileprivate var clause: String {
    switch self {
    case .otherKey: "it was made with another key"
    case .headerChanged: "the header was changed after it"
    case .bodyChanged: "the body was changed after it"
    case .malformed(let faults): Phrase.list(faults.map(\.description), limit: 3)
    case .keyMissing(let name): "there is no key at \(name)"
    case .keyUnreachable(let name, let why): "the key at \(name) could not be asked for: \(why)"
    case .keyRevoked(let name): "the key at \(name) is revoked"
    case .keyUnusable(let name, let why): "the record at \(name) gives no key: \(why)"
    case .keyType(let signature, let key): "it is of type \(signature), and the key of type \(key)"
    case .keyHash(let hashes): "the key may be used with \(hashes) only"
    case .keyService: "the key is not for mail"
    case .keySubdomain(let identity): "the key is for the domain alone, and i= is \(identity)"
    case .weakKey(let bits): "the key has only \(bits) bits"
    case .sha1: "SHA-1 must not be accepted any more"
    case .keyOrHeader: "it was made with another key, or a field was changed"
    case .unsupported(let what): "this machine's OpenSSL does not support \(what)"
    case .verified, .expired, .future, .headerTooLong: "it cannot be verified"
    }
  }
}

extension ARCChain.Fault: CustomStringConvertible {
  /// What is wrong, as it follows a colon.
  public var description: String {
    switch self {
    case .tooMany(let count): "it has \(count) sets; at most \(ARCChain.longest) are allowed"
    case .noInstance(let field): "a field \(field) has no instance"
    case .repeated(let field, let instance): "\(field) of set \(instance) is there twice"
    case .missing(let field, let instance): "\(field) of set \(instance) is missing"
    case .malformed(let field, let instance, let fault): "\(field) of set \(instance) is malformed: \(fault)"
    case .chainValidation(let instance, let value): "cv=\(value) of set \(instance) does not belong at its place"
    case .signsSeal(let instance): "h= of the message signature of set \(instance) names ARC-Seal"
    }
  }
}
