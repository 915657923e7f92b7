// The ten profiles. Those of OpenDKIM, dkimpy, Exim, rspamd and Mail::DKIM are held against the real ones by
// script/test --receivers; the others are read from their sources.

extension ReceiverProfile {
  /// In the order of the panel.
  static let all = [openDKIM, dkimpy, exim, rspamd, mailAuth, mailDKIM, goMsgauth, mox, mailauth, strict]

  /// libopendkim 2.11 as Debian builds it; of a record it keeps 1024 bytes.
  static let openDKIM = ReceiverProfile(
    name: "OpenDKIM", choice: .only,
    text: TextTolerance(longest: 1024, endsAtZero: true, characters: .ascii, blanks: .c),
    list: ListTolerance(nameGrammar: .alphanumericFirst, empties: .last, valueBlanks: .dropped),
    values: ValueTolerance(
      keyType: .known, hashes: WordList(foldsCase: true), services: WordList(foldsCase: true)),
    base64: Base64Tolerance(blanks: .c, dropsStrangers: true, ending: .firstPad),
    key: KeyTolerance(loadsPSS: true, roundsBits: true, exponent: .openSSL))

  static let dkimpy = ReceiverProfile(
    name: "dkimpy",
    text: TextTolerance(blanks: .c),
    list: ListTolerance(nameGrammar: .letterFirst, empties: .last, repeats: .refused),
    values: ValueTolerance(services: WordList(splits: false)),
    base64: Base64Tolerance(blanks: .c, dropsStrangers: true, ending: .enoughPads),
    key: KeyTolerance(form: .either, outline: .loose, needsNullParameters: true))

  static let exim = ReceiverProfile(
    name: "Exim", choice: .firstLikely,
    text: TextTolerance(endsAtZero: true, blanks: .c),
    list: ListTolerance(cut: .unlessDoubled, names: .first, strays: .ignored, valueBlanks: .trimmedAtEnd),
    values: ValueTolerance(
      keyType: .unread, hashes: WordList(doublesColons: true), services: WordList(splits: false)),
    base64: Base64Tolerance(blanks: .c),
    key: KeyTolerance(trailing: .refused, ed25519: .lastBytes))

  static let rspamd = ReceiverProfile(
    name: "rspamd", choice: .firstUsable,
    text: TextTolerance(endsAtZero: true, blanks: .formFeed),
    list: ListTolerance(cut: .atBlanksToo, names: .last, strays: .ignored),
    values: ValueTolerance(version: .unread, emptyKeyTypeIsRSA: true, keyType: .anyCaseOrRSA),
    base64: Base64Tolerance(blanks: .formFeed, dropsStrangers: true, ending: .loosePads),
    key: KeyTolerance(loadsPSS: true, minimumBits: 1, exponent: .openSSL))

  static let mailAuth = ReceiverProfile(
    name: "mail-auth", choice: .firstUsable,
    text: TextTolerance(blanks: .formFeed),
    list: ListTolerance(names: .anyCaseWithBlanks, strays: .ignored),
    values: ValueTolerance(version: .anyCaseWithBlanks, emptyKeyTypeIsRSA: true, keyType: .anyCaseWithBlanks),
    base64: Base64Tolerance(blanks: .mail, ending: .padsInside),
    key: KeyTolerance(
      form: .either, outline: .steppedOver, trailing: .refused, needsNullParameters: true, maximumBits: 8192,
      exponent: .bits(33)))

  static let mailDKIM = ReceiverProfile(
    name: "Mail::DKIM",
    text: TextTolerance(blanks: .unicode),
    values: ValueTolerance(
      emptyIsAbsent: true, hashes: WordList(blanks: .kept), services: WordList(blanks: .kept), readsGranularity: true),
    base64: Base64Tolerance(dropsQuotes: true),
    key: KeyTolerance(loadsPSS: true, minimumBits: 1, exponent: .openSSL, ed25519: .unsupported))

  static let goMsgauth = ReceiverProfile(
    name: "go-msgauth", choice: .only,
    text: TextTolerance(blanks: .unicode),
    list: ListTolerance(repeats: .refused),
    values: ValueTolerance(
      emptyKeyTypeIsRSA: true, hashes: WordList(blanks: .dropped), services: WordList(blanks: .dropped)),
    base64: Base64Tolerance(blanks: .spaceAndLines),
    key: KeyTolerance(
      form: .either, trailing: .refused, needsNullParameters: true, roundsBits: true, exponent: .bits(31)))

  static let mox = ReceiverProfile(
    name: "mox", choice: .onlyKeyRecord,
    list: ListTolerance(
      names: .withBlanks, nameGrammar: .tagName, empties: .lastWithoutBlanks, repeats: .refused),
    values: ValueTolerance(
      versionFirst: true, keyType: .anyCase, hashes: WordList(blanks: .dropped, foldsCase: true),
      services: WordList(blanks: .dropped, foldsCase: true), testing: .excusesFailure, grammar: .words),
    key: KeyTolerance(trailing: .refused, needsNullParameters: true, exponent: .bits(31)))

  static let mailauth = ReceiverProfile(
    name: "mailauth",
    text: TextTolerance(blanks: .latin1, dropsBlanks: true),
    list: ListTolerance(cut: .unlessQuoted, names: .anyCase, strays: .emptyValue),
    values: ValueTolerance(version: .anyCase, keyType: .compared),
    base64: Base64Tolerance(blanks: nil, ending: .optional),
    key: KeyTolerance(exponent: .openSSL, ed25519: .rawOrInfo))

  /// RFC 6376, 8301 and 8463 to the letter, with the errata 3017 and 5070.
  static let strict = ReceiverProfile(
    name: "strict RFC", choice: .only,
    text: TextTolerance(characters: .visible),
    list: ListTolerance(nameGrammar: .tagName, empties: .lastWithoutBlanks, repeats: .refused),
    values: ValueTolerance(
      versionFirst: true, hashes: WordList(), services: WordList(), testing: .unsigned, grammar: .strict),
    key: KeyTolerance(form: .either, trailing: .refused, needsNullParameters: true))
}
