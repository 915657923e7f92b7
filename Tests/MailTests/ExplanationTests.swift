// A message that was changed on the way: the reason says how.

import Model
import Testing

@testable import Mail

@Suite struct ExplanationTests {
  static let plain = """
    From: Ann <ann@example.org>\r
    To: "Bob" <bob@example.net>\r
    Subject: A report on the\r
     \tsecond quarter\r
    Content-Type: text/plain; charset=utf-8\r
    Content-Transfer-Encoding: 8bit\r
    \r
    Dear Bob,\r
    \r
    gr\u{fc}\u{df}e.  Two  blanks.\r
    From here on it goes down.\r
    .a dot\r
    -- \r
    Ann\r

    """
  static let multipart = """
    From: ann@example.org\r
    Subject: parts\r
    Content-Type: multipart/alternative; boundary="b.1=/x"\r
    \r
    --b.1=/x\r
    Content-Type: text/plain; charset=utf-8\r
    Content-Transfer-Encoding: 8bit\r
    \r
    Gr\u{fc}\u{df}e\r
    \r
    --b.1=/x\r
    Content-Type: text/html\r
    \r
    <p>Hello</p>\r
    --b.1=/x--\r

    """

  struct Change: Sendable, CustomTestStringConvertible {
    var name: String
    var message = ExplanationTests.plain
    var signer = Signer(
      pair: .rsa2048, header: .simple, body: .simple,
      fields: ["from", "to", "subject", "content-type", "content-transfer-encoding", "from"])
    var edit: @Sendable (String) -> String
    var sentence: String
    var testDescription: String { name }
  }

  static let relaxed = Signer(pair: .rsa2048, fields: ["from", "subject", "content-type"])
  static let changedBody = "The body was changed after signing"
  static let changedHeader = "The header was changed after signing"

  static let bodies: [Change] = [
    Change(
      name: "a footer", edit: { $0 + "\r\n____\r\nlist mailing list\r\nhttps://list.example/\r\n" },
      sentence: "\(changedBody): it verifies if the last 3 lines are left out. A footer was added."),
    Change(
      name: "a line", edit: { $0 + "Sent by a filter" },
      sentence: "\(changedBody): it verifies if the last line is left out. A footer was added."),
    Change(
      name: "a banner", edit: { $0.replacing("\r\n\r\nDear", with: "\r\n\r\nCAUTION: external\r\n\r\nDear") },
      sentence: "\(changedBody): it verifies if the first 2 lines of a text are left out. A banner was added."),
    Change(
      name: "trailing blanks",
      edit: { $0.replacing("down.\r\n", with: "down. \t\r\n").replacing("-- \r\n", with: "--\r\n") },
      sentence: "\(changedBody)."),
    Change(
      name: "blanks at the end of a line", message: plain.replacing("-- \r\n", with: "--\r\n"),
      edit: { $0.replacing("down.\r\n", with: "down. \t\r\n") },
      sentence: "\(changedBody): it verifies without the blanks at the ends of its lines."),
    Change(
      name: "separator", edit: { $0.replacing("-- \r\n", with: "--\r\n") },
      sentence: "\(changedBody): it verifies with the blank behind '--' that was taken away."),
    Change(
      name: "mbox", edit: { $0.replacing("\r\nFrom here", with: "\r\n>From here") },
      sentence: "\(changedBody): '>' was put before, or taken from, lines that begin with 'From '."),
    Change(
      name: "dots", edit: { $0.replacing("\r\n.a dot", with: "\r\n..a dot") },
      sentence: "\(changedBody): dots at the beginnings of lines were doubled, or taken away."),
    Change(
      name: "a lost dot", edit: { $0.replacing("\r\n.a dot", with: "\r\na dot") }, sentence: "\(changedBody)."),
    Change(
      name: "doubled CR", edit: { $0.replacing("Bob,\r\n", with: "Bob,\r\r\n") },
      sentence: "\(changedBody): it verifies with its line ends as CRLF."),
    Change(
      name: "quoted-printable",
      edit: {
        $0.replacing("8bit", with: "quoted-printable").replacing("gr\u{fc}\u{df}e", with: "gr=C3=BC=C3=\r\n=9Fe")
          .replacing("-- \r\n", with: "--=20\r\n")
      },
      sentence: "\(changedBody): it verifies decoded. It was encoded again, as quoted-printable."),
    Change(
      name: "a part in quoted-printable", message: multipart, signer: relaxed,
      edit: { $0.replacing("8bit", with: "quoted-printable").replacing("Gr\u{fc}\u{df}e", with: "Gr=C3=BC=C3=9Fe") },
      sentence: "\(changedBody): it verifies decoded. It was encoded again, as quoted-printable."),
    Change(
      name: "a part in base64", message: multipart, signer: relaxed,
      edit: { $0.replacing("8bit", with: "base64").replacing("Gr\u{fc}\u{df}e\r\n", with: "R3LDvMOfZQ0K\r\n") },
      sentence: "\(changedBody): it verifies decoded. It was encoded again, as base64."),
    Change(
      name: "a footer in a part", message: multipart, signer: relaxed,
      edit: { $0.replacing("Gr\u{fc}\u{df}e\r\n", with: "Gr\u{fc}\u{df}e\r\n\r\n--\r\nlist\r\n") },
      sentence:
        "\(changedBody): it verifies if the last 3 lines of a text part are left out. A footer was added."),
    Change(
      name: "a part added", message: multipart, signer: relaxed,
      edit: { $0.replacing("--b.1=/x--", with: "--b.1=/x\r\n\r\nfooter\r\n--b.1=/x--") },
      sentence: "\(changedBody): it verifies if the last part is left out. A part was added."),
    Change(
      name: "wrapped", signer: Signer(pair: .rsa2048, fields: ["from", "subject"]),
      edit: { message in
        let parts = message.split(separator: "\r\n\r\n", maxSplits: 1)
        let header = parts[0].replacing("text/plain; charset=utf-8", with: "multipart/mixed; boundary=out")
        return
          "\(header)\r\n\r\n--out\r\nContent-Type: text/plain\r\n\r\n\(parts[1])\r\n--out\r\n\r\nfooter\r\n--out--\r\n"
      },
      sentence: "\(changedBody): it was put into a new multipart. Its first part alone verifies."),
    Change(name: "a word", edit: { $0.replacing("Two", with: "2") }, sentence: "\(changedBody)."),
  ]

  static let headers: [Change] = [
    Change(
      name: "a list", signer: relaxed, edit: { $0.replacing("Subject: A", with: "Subject: [LIST] A") },
      sentence:
        "\(changedHeader): Subject was 'A report on the \tsecond quarter' and is '[LIST] A report on the \tsecond quarter'."
    ),
    Change(
      name: "a reply to a list", message: plain.replacing("A report on the\r\n \tsecond quarter", with: "Re: x"),
      signer: relaxed, edit: { $0.replacing("Subject: Re: x", with: "Subject: Re: [LIST] x") },
      sentence: "\(changedHeader): Subject was 'Re: x' and is 'Re: [LIST] x'."),
    Change(
      name: "spam", signer: relaxed, edit: { $0.replacing("Subject: A", with: "Subject: ***SPAM*** A") },
      sentence:
        "\(changedHeader): Subject was 'A report on the \tsecond quarter' and is '***SPAM*** A report on the \tsecond quarter'."
    ),
    Change(
      name: "folded", edit: { $0.replacing("A report on the\r\n \tsecond", with: "A report on the\r\n\t\tsecond") },
      sentence: "\(changedHeader): Subject is folded or spaced another way."),
    Change(
      name: "a second From", edit: { "From: evil@example.net\r\n" + $0 },
      sentence: "\(changedHeader): From 'evil@example.net' was added."),
    Change(
      name: "the encoding", edit: { $0.replacing("Encoding: 8bit", with: "Encoding: 7bit") },
      sentence: "\(changedHeader): Content-Transfer-Encoding was '8bit' and is '7bit'."),
    Change(
      name: "From and Subject",
      edit: {
        $0.replacing(
          "From: Ann <ann@example.org>", with: "From: list@list.example\r\nX-Original-From: Ann <ann@example.org>"
        )
        .replacing("Encoding: 8bit", with: "Encoding: 7bit")
      },
      sentence:
        "\(changedHeader): From was 'Ann <ann@example.org>' and is 'list@list.example' and Content-Transfer-Encoding was '8bit' and is '7bit'."
    ),
    Change(
      name: "copies",
      signer: Signer(
        pair: .rsa2048, fields: ["from", "to", "subject"],
        extra:
          " z=From:Ann=20<ann@example.org>|To:\"Bob\"=20<bob@example.net>|Subject:A=20report=20on=20the=20second=20quarter;"
      ),
      edit: { $0.replacing("\tsecond", with: "\tthird").replacing("\"Bob\" <", with: "\"Robert\" <") },
      sentence:
        "\(changedHeader): To was '\"Bob\" <bob@example.net>' and is '\"Robert\" <bob@example.net>' and Subject was 'A report on the second quarter' and is 'A report on the \tthird quarter'."
    ),
    Change(
      name: "a word", edit: { $0.replacing("second", with: "third") },
      sentence: "\(changedHeader): one of from, to, subject, content-type and content-transfer-encoding."),
  ]

  @Test(arguments: bodies + headers)
  func theChangeIsFound(_ change: Change) throws {
    let signed = String(decoding: change.signer.sign(change.message), as: UTF8.self)
    let message = Array(change.edit(signed).utf8)
    #expect(try Self.explained(Array(signed.utf8)).sentence == "Header and body are as they were signed.")
    #expect(try Self.explained(message).sentence == change.sentence)
  }

  @Test func ed25519IsExplainedToo() throws {
    let signed = Signer(pair: .ed25519, algorithm: .ed25519SHA256).sign(Self.plain)
    let changed = String(decoding: signed, as: UTF8.self).replacing("Subject: A", with: "Subject: [LIST] A")
    #expect(
      try Self.explained(Array(changed.utf8), .key(.ed25519)).sentence.hasPrefix(
        "The header was changed after signing: Subject"))
    #expect(
      try Self.explained(signed, .key(SigningPair(.ed25519))).sentence
        == "The signature does not fit: it was made with another key, or a signed header field was changed.")
  }

  @Test func theSearchIsBounded() {
    let body = Array(String(repeating: String(repeating: "x", count: 60) + "\r\n", count: 500).utf8)
    let header = MessageHeader(Array("From: a\r\n\r\n".utf8))
    for work in [0, body.count, 20 * body.count] {
      var search = BodySearch(
        header: header, body: body, kind: BodyHashKind(.simple, .sha256), wanted: [], work: work)
      #expect(search.change() == nil)
      // What was begun is ended: one candidate, and the part that all have in common.
      #expect(search.budget > -3 * body.count)
    }
  }

  @Test func hostileStructuresAreSurvived() {
    for (boundary, body) in [
      ("x", String(repeating: "--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n", count: 1000)),
      ("x", String(repeating: "--x\r\n", count: 20_000)), ("", "----\r\n"), ("x", "--x--\r\n--x\r\n"), ("x", "--x"),
    ] {
      let header = MessageHeader(Array("Content-Type: multipart/mixed; boundary=\"\(boundary)\"\r\n\r\n".utf8))
      let outline = MIMEOutline(header: header, body: Array(body.utf8))
      #expect(outline.leaves.count <= 65)
      _ = outline.decodedBodies
      _ = outline.withoutLastPart
    }
  }

  static func explained(_ message: [UInt8], _ answer: VerificationAnswer = .key(.rsa2048)) throws -> SignatureResult {
    var intake = MessageIntake()
    message.withUnsafeBytes { intake.take($0) }
    let taken = intake.finish()
    let keys = Dictionary(
      uniqueKeysWithValues: taken.keyNames.map { ($0, [KeyOffer(source: .view("local"), answer: answer)]) })
    return try #require(taken.verified(keys: keys, at: Timestamp(seconds: 1_700_000_000)).signatures.first)
  }
}
