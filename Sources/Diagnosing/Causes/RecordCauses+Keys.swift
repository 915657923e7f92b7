// Causes: the key in the record, its form and type, what it may be used for, and damage.

internal import Judging
internal import Model

extension RecordCauses {
  /// Keys in a form that receivers do not load.
  static let keyForms: [CauseRule] = [
    row(
      "ed25519-not-marked", ["key-ed25519-unmarked"], "An Ed25519 key is published without k=ed25519.",
      remedy: "Add k=ed25519.",
      cause: "holds an Ed25519 key, but does not say so, and receivers read it as RSA",
      because: "p= holds 32 bytes and k= is not ed25519"),
    row(
      "ed25519-in-wrapping", ["key-ed25519-wrapped"], "An Ed25519 key is published with its DER wrapping.",
      remedy: "Publish the last 32 bytes of the key alone: 44 characters of base64.",
      cause: "holds the Ed25519 key as openssl writes it, and receivers want its last 32 bytes alone",
      because: "p= holds a SubjectPublicKeyInfo of 44 bytes"),
    row(
      "wrong-key-type", ["key-type-mismatch", "key-type-unknown", "key-type-case"],
      "k= does not name the type of the key.",
      remedy: "Write the type that the key has: k=rsa or k=ed25519.",
      cause: "says by k= another type than its key has, or one that does not exist",
      because: "k= and the key do not go together"),
    row(
      "unsupported-algorithm", ["key-algorithm-unsupported"], "The key is of a kind that DKIM does not know.",
      remedy: "Make an RSA key of 2048 bits under a new selector, and publish its public half.",
      cause: "holds a key of a kind that DKIM does not know", because: "p= decodes to neither RSA nor Ed25519"),
    row(
      "rsa-without-wrapping", ["key-rsa-bare", "key-rsa-parameters"],
      "The RSA key is published in a form that many receivers cannot load.",
      remedy: "Publish it as SubjectPublicKeyInfo (openssl rsa -pubout).",
      cause: "holds the RSA key in a form (PKCS#1, or without parameters) that many receivers cannot load",
      because: "the key lacks the wrapping that nearly all records have"),
  ]

  /// What the key may be used for.
  static let uses: [CauseRule] = [
    row(
      "hash-not-allowed", ["key-hash-unusable", "key-hash-case"], "h= does not allow SHA-256.", remedy: "Remove h=.",
      cause: "does not allow SHA-256 by its h=, and signatures must not use any other hash",
      because: "sha256 is not in h=, written exactly so"),
    row(
      "not-for-mail", ["key-service-unusable", "key-service-case", "key-service-list"],
      "s= does not allow the key for mail.",
      remedy: "Remove s=.", cause: "does not allow the key for mail by its s=", because: "s= is neither * nor email"),
    row(
      "unknown-flag", ["key-flag-misread"], "t= holds a flag that receivers take for another.",
      remedy: "Write t=y, t=s or t=y:s, or remove t=.",
      cause: "has a flag in t= that does not exist, and that some receivers take for y or s",
      because: "t= is neither y nor s"),
    row(
      "hazardous-note", ["key-note-hazard"], "The note holds what looks like a tag.", remedy: "Remove the note.",
      cause: "has a note (n=) with the text of a tag in it, which some receivers take for the tag",
      because: "p= or k= is inside n="),
    row(
      "granularity-left", ["key-granularity-restricted", "key-granularity-empty"],
      "g= limits the key, with receivers that still read it.", remedy: "Remove g=, which is historic.",
      cause: "limits the key by the historic g= with receivers that still read it", because: "g= is not *"),
    row(
      "test-mode-left-on", ["key-testing"], "The record says that DKIM is only being tested.",
      remedy: "Remove t=y once the test is over.",
      cause: "still says t=y, by which receivers may treat the mail as unsigned: the test mode was left on",
      because: "the flag y is set and the key is right otherwise", certainty: .likely),
  ]

  private static let damageRules = [
    "key-base64-length", "key-base64-character", "key-short", "key-damaged", "key-ed25519-length",
    "key-base64-padding",
    "key-trailing-bytes",
  ]

  /// Text that was lost or changed on the way.
  static let damages: [CauseRule] = [
    row(
      "letters-folded", ["key-base64-case"], "Whoever stored the record changed the case of its letters.",
      remedy:
        "Enter the record again and compare what is served. If the letters have changed again, the DNS provider folds TXT "
        + "records: report it there, or delegate _domainkey to a provider that does not.",
      cause: "has lost the case of its letters, and with it the key: the DNS provider's software changed it",
      because: "40 and more letters of one case do not come by chance"),
    CauseRule(
      "key-garbled", "The key was changed when it was entered, in a way that can be undone.",
      remedy: "Enter the record again, as it is in the configuration of the signer."
    ) { facts in
      guard let finding = found(damageRules, in: facts), let repair = facts.recordRepair else { return nil }
      return Cause(
        text:
          "The record at \(facts.name) was changed a little when it was entered, and can be corrected: \(repair.description).",
        certainty: confidence(facts), because: "what comes out is a whole key (\(finding.rule))",
        evidence: evidence(finding), repair: facts.mending(else: "Enter the record again."))
    },
    row(
      "key-damaged", damageRules, "The key is incomplete or damaged: characters were lost or changed in copying.",
      remedy: "Copy the whole key again from the signer (of its private key file: openssl pkey -in FILE -pubout).",
      cause: "holds a key that is incomplete or damaged: characters were lost or changed when it was copied",
      because: "the base64 does not decode to a whole key"),
    row(
      "modulus-damaged", ["key-modulus-damaged"], "A piece of the key is wrong, though it can be read.",
      remedy: "Copy the whole key again from the signer (of its private key file: openssl pkey -in FILE -pubout).",
      cause: "holds a number that cannot be the modulus of an RSA key: characters were changed when it was copied",
      because: "such a number is odd and positive"),
  ]
}
