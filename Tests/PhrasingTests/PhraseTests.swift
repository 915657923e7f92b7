// How lists, numbers, durations and times are written.

import Model
import Phrasing
import Testing

@Suite struct PhraseTests {
  @Test(
    arguments: [
      ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
      (["a", "b", "c", "d"], "a, b, c and 1 more"), (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ] as [([String], String)])
  func listsEndInAnd(_ items: [String], _ text: String) { #expect(Phrase.list(items, limit: 3) == text) }

  @Test(arguments: [(0, "0 watches"), (1, "1 watch"), (2, "2 watches"), (21, "21 watches")])
  func onlyOneIsSingular(_ number: Int, _ text: String) { #expect(Phrase.count(number, "watch", "watches") == text) }

  @Test func thePluralHasAnSWhereNoneIsGiven() {
    #expect(Phrase.count(1, "key") == "1 key" && Phrase.count(3, "key") == "3 keys")
  }

  @Test(arguments: [
    (["local"], "local answers"), (["local", "google"], "local and google answer"),
    (["local", "local"], "local answers"), (["b", "a", "b"], "b and a answer"),
  ]) func verbsAgreeWithTheirSubjects(_ subjects: [String], _ text: String) {
    #expect(Phrase.clause(subjects, "answers", "answer") == text)
  }

  @Test(arguments: [
    (-5, "0 s"), (0, "0 s"), (119, "119 s"), (120, "2 min"), (149, "2 min"), (150, "3 min"), (7199, "120 min"),
    (7200, "2 h"), (172_799, "48 h"), (172_800, "2 days"), (604_800, "7 days"),
  ]) func durationsAreRounded(_ seconds: Int, _ text: String) {
    #expect(Phrase.duration(.seconds(seconds)) == text)
  }

  @Test(arguments: [
    (300, "5 min"), (90, "90 s"), (600, "10 min"), (5400, "90 min"), (5401, "5401 s"), (7200, "2 h"), (10_800, "3 h"),
    (172_800, "2 days"), (180_000, "50 h"),
  ]) func exactDurationsLoseNothing(_ seconds: Int, _ text: String) {
    #expect(Phrase.exactDuration(seconds: seconds) == text)
  }

  @Test func theDateIsWrittenWhereItIsAnotherDay() throws {
    let time = try #require(Timestamp("2026-11-25T05:10:07Z"))
    #expect(Phrase.time(time, now: time + .seconds(3600)) == "05:10 UTC")
    #expect(Phrase.time(time, now: time + .seconds(86_400)) == "2026-11-25 05:10 UTC")
    #expect(Phrase.dateAndTime(time) == "2026-11-25 05:10:07 UTC")
  }

  @Test func sentencesBecomeClauses() {
    #expect("The key is missing.".asClause == "The key is missing" && "a".asClause == "a" && "".asClause == "")
    #expect("ns1 answers".capitalizedFirst == "Ns1 answers" && "".capitalizedFirst == "")
  }
}
