// Causes: characters and syntax of a key record.

internal import Conventions
internal import Judging
internal import Model

extension RecordCauses {
  /// Records in the notation of something else.
  static let disguises: [CauseRule] = [
    row(
      "web-notation", [], steps: ["html", "encoded-characters"],
      "The record holds the notation of a web page, a URL or a mail.",
      remedy: "Copy the record as it is shown, as plain text.",
      cause:
        "holds the notation of a web page, a URL or a mail (such as &quot; or %3D) instead of plain characters: it "
        + "was copied from the source of a page",
      because: "with the notation undone it is a key record"),
    row(
      "zone-line-in-text", ["key-zone-comment"], steps: ["zone-file-line"],
      "More of a line of a zone file than the text was entered as the value.",
      remedy: "Enter only the text of the record as its value.",
      cause:
        "holds more of the line of a zone file than its text: a name, TXT, parentheses or a comment are in the value",
      because: "what is left without them is a key record"),
    row(
      "equals-missing", [], steps: ["equals-missing"], "Equals signs between names and values of tags are missing.",
      remedy: "Write each tag as name=value.",
      cause: "lacks the equals sign between the name and the value of a tag, or has another character in its place",
      because: "with the '=' it is a key record"),
    row(
      "encoded-twice", [], steps: ["encoded-twice"], "The record or the key file was encoded in base64 once more.",
      remedy: "Publish v=DKIM1; k=rsa; p= as plain text, with the base64 between the BEGIN and END lines alone.",
      cause: "holds base64 of what is base64 already: the whole record, or the whole key file, was encoded once more",
      because: "decoded once it is what was to be published"),
    row(
      "key-in-hexadecimal", [], steps: ["hexadecimal"], "The key is written in hexadecimal digits.",
      remedy: "Write the key in base64.", cause: "has the key in hexadecimal digits, where base64 belongs",
      because: "as base64 the same bytes are a key"),
    row(
      "other-base64", [], steps: ["base64-alphabet"], "The key is written in the base64 of URLs.",
      remedy: "Replace '-' by '+' and '_' by '/' in the value of p=.",
      cause: "has the key in the base64 of URLs, with '-' and '_', which receivers do not read",
      because: "with '+' and '/' in their place it is a key"),
  ]

  /// Characters that came with the text.
  static let characters: [CauseRule] = [
    row(
      "pem-pasted", ["key-pem-armour"], "The lines of a PEM file were pasted with the key.",
      remedy: "Publish only the base64 between the BEGIN and END lines, as v=DKIM1; k=rsa; p=<base64>.",
      cause: "holds the BEGIN or END line of a key file: the whole file was pasted instead of the base64 in it",
      because: "five dashes are no base64"),
    row(
      "quotes-in-text", ["key-literal-quotes"], "Quotation marks became part of the text.",
      remedy: "Enter the value without quotation marks.",
      cause: "has quotation marks in its text: they were typed into a form that adds its own",
      because: "the marks are in the text itself, not only around it", note: \.howToEnter),
    row(
      "backslashes-in-text", ["key-literal-backslash"], "Backslashes became part of the text.",
      remedy: "Enter ';' without a backslash.",
      cause:
        "has backslashes in its text: it was copied from a zone file or from the output of dig into a form that takes "
        + "them literally",
      because: "the backslashes are in the text itself", note: \.howToEnter),
    row(
      "unseen-characters", ["key-non-ascii", "key-control-character", "key-note-characters"],
      steps: ["unseen-characters"],
      "Characters came with the text that cannot be seen, or look like others.",
      remedy: "Paste the record through a plain-text editor, or type it again.",
      cause:
        "holds characters that cannot be seen or only look like plain ones: it was copied from a web page or a word "
        + "processor",
      because: "it has bytes outside ASCII"),
    row(
      "line-break-in-text", ["key-line-break"], "A line break became part of the text.",
      remedy: "Enter the record as one line.",
      cause: "has a line break in its text: it was pasted as several lines",
      because: "the line break is in the text itself"),
    row(
      "plus-decoded", ["key-plus-decoded"], steps: ["plus-decoded"],
      "Each '+' of the key has become a space.",
      remedy: "Publish the key again with its '+'; in an API request, write each '+' as %2B.",
      cause: "has a space in the place of each '+' of the key: a web form or an API decoded them",
      because: "with '+' in the place of the spaces it is a key"),
    row(
      "blanks-in-key", ["key-value-blank"], "There is white space inside the key, which does no harm.",
      remedy: "Do nothing now; remove the white space at the next change.",
      cause:
        "has white space inside the key, where two strings were joined or lines were pasted; receivers ignore it",
      because: "the grammar allows white space there", certainty: .possible, atLeast: .info, isHarmless: true),
  ]

  /// What parts the tags, and what they are called.
  static let syntax: [CauseRule] = [
    row(
      "semicolons-missing", ["key-semicolon-missing"], steps: ["semicolons-missing"],
      "Semicolons between the tags are missing.",
      remedy: "Put ';' between the tags, as in v=DKIM1; k=rsa; p=….",
      cause:
        "lacks semicolons between its tags, or has another character in their place, so that receivers take the tags for one",
      because: "a tag begins inside the value of another"),
    row(
      "bare-key", ["key-bare-value"], "The key was entered alone, without the tags of a record.",
      remedy: "Put v=DKIM1; k=rsa; p= before the key.",
      cause: "holds the key alone, without the tags v=, k= and p=", because: "the text is only base64"),
    row(
      "tag-in-capitals", ["key-tag-case"], "The names of tags are written in capitals.",
      remedy: "Write the names of the tags in lower case.",
      cause: "has names of tags in capitals, which receivers take for tags that they do not know",
      because: "names of tags are case-sensitive"),
    row(
      "tag-misnamed", [], steps: ["tag-names", "key-tag-renamed"], "A tag has another name than DKIM gives it.",
      remedy: "Write the tags as v=, k= and p=.",
      cause:
        "has a tag under another name than receivers read: DKIM knows v=, k= and p=, and nothing like pub= or key=",
      because: "under the right names it is a key record"),
    row(
      "key-left-out", ["key-value-missing"], "The record has no p=, so there is no key in it.",
      remedy: "Add p= with the base64 of the public key; whoever runs the signer has it.",
      cause: "has no p=: the key itself was left out", because: "it has no tag of that name"),
    row(
      "not-a-tag", ["key-tag-malformed", "key-tag-name"], "A part of the record is not a tag.",
      remedy: "Remove what is not written as name=value, or write it so.",
      cause: "has a part that is not a tag (name=value): a comment, a label of a form or a mistyped name",
      because: "a piece between semicolons has no name that DKIM allows"),
    row(
      "empty-tag", ["key-tag-empty", "key-list-empty"], "The record has an extra semicolon or colon.",
      remedy: "Remove the extra semicolon or colon.",
      cause: "has an extra semicolon or colon, and strict receivers reject it",
      because: "there is nothing between two of them"),
    row(
      "wrong-version", ["key-version-wrong", "key-version-case", "key-version-not-first"],
      "The record does not begin with exactly v=DKIM1.", remedy: "Begin the record with exactly v=DKIM1.",
      cause: "does not begin with exactly v=DKIM1, so that receivers ignore it",
      because: "v= has another value, other letters or another place"),
  ]

  /// In a zone file `;` begins a comment, except in quotation marks (RFC 1035, section 5.1): of
  /// `v=DKIM1; k=rsa; p=…` without them only `v=DKIM1` is left.
  static let semicolonBeganComment = CauseRule(
    "semicolon-began-comment", "The text is not quoted in the zone file, so its first semicolon began a comment.",
    remedy: "Put the text in quotation marks in the zone file."
  ) { facts in
    guard facts.state == .invalid, let text = facts.sorted.texts.first(where: { $0.count == 1 })?.first,
      isCutAtSemicolon(text)
    else { return nil }
    let isZoneFile = DNSHosts.host(servers: facts.servers).isZoneFile
    return Cause(
      text:
        "The record at \(facts.name) ends before its first semicolon (\(text.excerpt)): in a zone file a semicolon begins a "
        + "comment unless the text is in quotation marks.",
      certainty: min(isZoneFile ? .certain : .likely, confidence(facts)),
      because: "the text holds the tags before a semicolon, but no semicolon and no p=",
      repair: facts.replacing(
        else:
          "In the zone file, put the whole text in quotation marks: \(facts.key.selector)._domainkey IN TXT \"v=DKIM1; k=rsa; "
          + "p=...\". Then raise the serial and reload the zone."))
  }

  /// Whether each string is one complete tag that stands before the key in a record.
  private static func isCutAtSemicolon(_ text: TextRecord) -> Bool {
    let tags = text.strings.map { String(decoding: $0, as: UTF8.self) }
    let isTags = tags.allSatisfy { tag in
      let parts = tag.split(separator: "=", maxSplits: 1)
      // Without quotation marks a blank ends a string, so there is none in it.
      return parts.count == 2 && ["v", "k", "t", "h", "s", "g", "n"].contains(parts[0])
        && !parts[1].contains { $0 == ";" || $0 == "=" || $0.isWhitespace }
        && (parts[0] != "v" || parts[1].uppercased() == "DKIM1")
    }
    return !tags.isEmpty && isTags
  }
}
