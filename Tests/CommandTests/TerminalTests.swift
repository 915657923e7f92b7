// Width, wrapping, cutting, colour: what the tables stand on.

import Config
import Model
import Phrasing
import Synchronization
import Testing

@testable import selectord

@Test(arguments: [
  ("abc", 3), ("例子", 4), ("e\u{301}", 1), ("", 0), ("한글", 4), ("a\u{200D}b", 2), ("😀", 2), ("ü", 1),
])
func widthCountsColumnsNotCharacters(text: String, width: Int) {
  #expect(text.terminalWidth == width)
}

@Test func controlsAndBidirectionalMarksAreSpelledOut() {
  #expect("a\u{1B}[31m\u{9B}b\u{202E}\n".withoutControls == "a\\u{1B}[31m\\u{9B}b\\u{202E}\\u{A}")
  #expect(StyledText("x\u{07}").rendered(.plain) == "x\\u{7}")
}

@Test(arguments: [
  ("one two three", 7, ["one two", "three"]), ("abcdefghij", 4, ["abcd", "efgh", "ij"]), ("例子例子", 5, ["例子", "例子"]),
  ("", 4, [""]), ("a b", 80, ["a b"]), ("ab cdefghijk", 4, ["ab", "cdef", "ghij", "k"]),
])
func styledTextIsWrappedAtBlanksAndLongWordsAreCut(text: String, width: Int, lines: [String]) {
  #expect(text.wrapped(to: width) == lines)
}

@Test func wrappedTextKeepsItsStyles() {
  let text = StyledText("one ", .good) + StyledText("two three", .bad)
  let lines = text.wrapped(to: 8)
  #expect(lines.map { $0.rendered(.plain) } == ["one two", "three"])
  #expect(lines[0].pieces.map(\.style) == [.good, .bad] && lines[1].pieces.map(\.style) == [.bad])
}

private final class Written: Sendable {
  private let state = Mutex<[String]>([])
  var texts: [String] { state.withLock { $0 } }
  @Sendable func append(_ text: String) { state.withLock { $0.append(text) } }
}

@Test func whatIsUnderWayIsSaidInOneLineWhichIsTakenAwayAtTheEnd() async {
  let written = Written()
  let activity = Activity(isShown: true, write: written.append)
  await activity.during {
    activity.say("asking local")
    activity.say("round 1")
  }
  #expect(written.texts == ["\rasking local (0 s)", "\rround 1 (0 s)     ", "\r             \r"])
  let silent = Activity(isShown: false) { _ in Issue.record("nobody reads this") }
  await silent.during { silent.say("asking") }
}

@Test func aCutNeverExceedsItsWidth() {
  let text = StyledText("例子", .good) + StyledText("abc")
  for width in 0...8 {
    #expect(text.cut(to: width, ellipsis: "…").width <= max(width, 1))
  }
  #expect(text.cut(to: 7, ellipsis: "…") == text)
  #expect(text.cut(to: 4, ellipsis: "…").rendered(.plain) == "例…")
}

@Test(arguments: [
  // choice, NO_COLOR, TERM, terminal, expected
  (ColorChoice.auto, "", "xterm", true, true), (.auto, "1", "xterm", true, false), (.auto, "", "dumb", true, false),
  (.auto, "", "xterm", false, false), (.always, "1", "dumb", false, true), (.never, "", "xterm", true, false),
])
func colourFollowsTheOptionThenNOCOLORThenTheTerminal(
  choice: ColorChoice, noColor: String, term: String, isTerminal: Bool, expected: Bool
) {
  let appearance = Appearance(
    color: choice, environment: ["NO_COLOR": noColor, "TERM": term], isTerminal: isTerminal, terminalColumns: nil)
  #expect(appearance.isColoured == expected)
}

@Test func widthComesFromCOLUMNSThenFromTheTerminalAndAPipeHasNone() {
  func columns(_ environment: [String: String], isTerminal: Bool) -> Int? {
    Appearance(color: .auto, environment: environment, isTerminal: isTerminal, terminalColumns: 90).columns
  }
  #expect(columns(["COLUMNS": "70"], isTerminal: true) == 70)
  #expect(columns([:], isTerminal: true) == 90)
  #expect(columns([:], isTerminal: false) == nil)
  #expect(columns(["COLUMNS": "wide"], isTerminal: true) == 90)
}

@Test(arguments: [(["LANG": "C.UTF-8"], true), (["LANG": "de_DE.utf8", "LC_ALL": "C"], false), ([:], false)])
func signsBeyondASCIINeedAUTF8Locale(environment: [String: String], expected: Bool) {
  let appearance = Appearance(color: .never, environment: environment, isTerminal: true, terminalColumns: 80)
  #expect(appearance.isUnicode == expected)
}

@Test func aLongTableTakesItsWidthsFromItsFirstRowsAndPrintsTheRestAsItComes() {
  var grid = Grid([Grid.Column("A"), Grid.Column("B")], appearance: .plain, sample: 2)
  #expect(grid.add(Grid.Row(cells: ["x", "1"])) == "")
  #expect(grid.add(Grid.Row(cells: ["xx", "2"])) == "A   B\nx   1\nxx  2\n")
  #expect(grid.add(Grid.Row(cells: ["xxxxx", "3"])) == "xxxxx  3\n")
  #expect(grid.finish() == "")
}

@Test(arguments: [
  (Duration.seconds(0), "0s"), (.seconds(59), "59s"), (.seconds(299), "4m59s"), (.seconds(3600), "1h"),
  (.seconds(90_061), "1d1h"), (.seconds(-5), "0s"),
])
func durationsArePrintedInTheirTwoLargestUnits(duration: Duration, text: String) {
  #expect(duration.shortText == text)
}

/// Whatever is printed as a duration can be typed where one is expected.
@Test(arguments: [0, 1, 59, 90, 119, 120, 600, 3600, 5400, 7199, 7200, 86_400, 93_784, 172_799, 172_800, 604_800])
func printedDurationsAreReadBack(seconds: Int) throws {
  let duration = Duration.seconds(seconds)
  for text in [
    duration.shortText, DurationText.print(duration), Phrase.duration(duration), Phrase.exactDuration(seconds: seconds),
  ] {
    #expect(throws: Never.self, "\(text)") { try DurationText.parse(text) }
  }
  #expect(try DurationText.parse(Phrase.exactDuration(seconds: seconds)) == duration)
}

private struct Everything: Encodable {
  var b = true
  var a: Int? = nil
  var text = "q\"\\\n\u{9B}\u{202E}é"
  var numbers: [Double] = [0.1, 12, 1e300]
  var table = ["z": 1, "a": 2]
  var empty: [String] = []
}

@Test func jsonKeepsTheOrderOfFieldsSortsDictionariesAndEscapesWhatTerminalsObey() throws {
  let value = try JSONValue(encoding: Everything())
  #expect(
    value.compactText
      == #"{"b":true,"text":"q\"\\\n\u009b\u202eé","numbers":[0.1,12.0,1e+300],"table":{"a":2,"z":1},"empty":[]}"#)
  #expect(
    try JSONValue(encoding: ["a": [nil, false]]).prettyText() == "{\n  \"a\": [\n    null,\n    false\n  ]\n}")
  #expect(try JSONValue(encoding: [[String]()]).prettyText(depth: 1) == "[\n    []\n  ]")
  var object = try JSONValue(encoding: ["a": ["b": 1]])
  object.append("c", try JSONValue(encoding: [1, 2]))
  #expect(object.compactText == #"{"a":{"b":1},"c":[1,2]}"#)
  #expect(throws: EncodingError.self) { try JSONValue(encoding: [Double.nan]) }
}
