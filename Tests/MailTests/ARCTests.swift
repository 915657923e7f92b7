// Chains of ARC sets: whole, broken at each place, and by hands that do not know the rules.

import Model
import Testing

@testable import Mail

@Suite struct ARCTests {
  static let message = "From: a@example.org\r\nSubject: x\r\n\r\nHello\r\n"

  @Test(arguments: [1, 2, 3, 10, 50]) func aWholeChainPasses(_ length: Int) throws {
    let result = Verified(Self.chain(length), .key(.rsa2048)).arc
    #expect(result.result == .pass && result.instances == length && result.oldestPass == 1)
  }

  @Test func withoutFieldsThereIsNone() {
    #expect(Verified(Array(Self.message.utf8), .key(.rsa2048)).arc.result == .none)
  }

  /// A change of a chain of three, and the sentence.
  static let changes: [(old: String, new: String, sentence: String)] = [
    ("Hello", "Hallo", "The message signature of set 3 fails: the body was changed after it."),
    ("Subject: x", "Subject: y", "The message signature of set 3 fails: the header was changed after it."),
    ("mx2; spf=pass", "mx2; spf=fail", "The seal of set 3 fails: the header was changed after it."),
    (
      "ARC-Authentication-Results: i=2", "X: i=2",
      "The chain is broken: ARC-Authentication-Results of set 2 is missing."
    ),
    ("ARC-Message-Signature: i=2", "X: i=2", "The chain is broken: ARC-Message-Signature of set 2 is missing."),
    ("ARC-Seal: i=3", "X: i=3", "The chain is broken: ARC-Seal of set 3 is missing."),
    ("ARC-Seal: i=2", "ARC-Seal: i=1", "The chain is broken: ARC-Seal of set 1 is there twice."),
    ("ARC-Seal: i=2", "ARC-Seal: i=0", "The chain is broken: a field ARC-Seal has no instance."),
    (
      "i=2; a=rsa-sha256; cv=pass", "i=2; a=rsa-sha256; cv=none",
      "The chain is broken: cv=none of set 2 does not belong at its place."
    ),
    ("i=3; a=rsa-sha256; cv=pass", "i=3; a=rsa-sha256; cv=fail", "The server of set 3 found the chain broken."),
    (
      "i=2; a=rsa-sha256; cv=pass", "i=2; a=rsa-sha256; cv=perhaps",
      "The chain is broken: ARC-Seal of set 2 is malformed: cv=perhaps is unknown; expected none, pass or fail."
    ),
    (
      "i=2; a=rsa-sha256; cv=pass", "i=2; a=rsa-sha256; h=from; cv=pass",
      "The chain is broken: ARC-Seal of set 2 is malformed: h= must not stand in a seal."
    ),
  ]

  @Test(arguments: changes)
  func aBrokenChainIsExplained(_ change: (old: String, new: String, sentence: String)) {
    let text = String(decoding: Self.chain(3), as: UTF8.self)
    #expect(text.contains(change.old))
    let result = Verified(Array(text.replacing(change.old, with: change.new).utf8), .key(.rsa2048)).arc
    #expect(result.sentence == change.sentence && result.result == .fail)
  }

  @Test func aKeyThatIsNotThereIsToldByItsKind() {
    #expect(Verified(Self.chain(2), .missing).arc.result == .fail)
    #expect(Verified(Self.chain(2), .unreachable("timeout")).arc.result == .temperror)
  }

  @Test func aMessageSignatureThatNamesNoCanonicalizationIsRelaxed() {
    #expect(Verified(Self.chain(2, canonicalization: ""), .key(.rsa2048)).arc.result == .pass)
    #expect(Verified(Self.chain(2, canonicalization: " c=;"), .key(.rsa2048)).arc.result == .fail)
  }

  /// The message with so many sets, each sealed by the same key.
  static func chain(_ length: Int, canonicalization: String = " c=relaxed/relaxed;") -> [UInt8] {
    var sets: [[String]] = []
    for instance in 1...length {
      let results = "ARC-Authentication-Results: i=\(instance); mx\(instance); spf=pass\r\n"
      let bodyHash = Signer.base64(RunningHash.hash(Array("Hello\r\n".utf8), .sha256))
      var message =
        "ARC-Message-Signature: i=\(instance); a=rsa-sha256;\(canonicalization) d=example.org; s=s1; h=from:subject; bh=\(bodyHash); b="
      let signed = "from:a@example.org\r\nsubject:x\r\n" + relaxed(message)
      message += Signer.base64(SigningPair.rsa2048?.sign(Array(signed.utf8), .sha256) ?? []) + "\r\n"
      var seal = "ARC-Seal: i=\(instance); a=rsa-sha256; cv=\(instance == 1 ? "none" : "pass"); d=example.org; s=s1; b="
      let before = sets.flatMap(\.self).map { relaxed($0) + "\r\n" }.joined()
      let sealed = before + relaxed(results) + "\r\n" + relaxed(message) + "\r\n" + relaxed(seal)
      seal += Signer.base64(SigningPair.rsa2048?.sign(Array(sealed.utf8), .sha256) ?? []) + "\r\n"
      sets.append([results, message, seal])
    }
    let fields = sets.reversed().flatMap { $0.reversed() }.joined()
    return Array((fields + Self.message).utf8)
  }

  private static func relaxed(_ field: String) -> String {
    let line = Array(field.utf8)
    return String(decoding: Signer.header(line.last == 0x0A ? line.dropLast(2) : line, .relaxed), as: UTF8.self)
  }
}
