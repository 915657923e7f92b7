// The expectations of a scenario file, and the words that all lines are made of.

import Diagnosing
import Judging
import Model

extension ScenarioParser {
  mutating func expect(_ words: inout ArraySlice<String>) throws {
    guard !scenario.steps.isEmpty else { throw fail("'expect' before the first 'at'") }
    let kind: ScenarioExpectation.Kind
    switch try next(&words) {
    case "judged": kind = .judged(try state(next(&words)), try verdict(next(&words)))
    case "state": kind = .state(try state(next(&words)), try words.popFirst().map(verdict))
    case "finding":
      let rule = try next(&words)
      let severity = try words.popFirst().map(severity)
      let count = words.popFirst().flatMap { Int($0.dropFirst()) }
      kind = .finding(rule, severity, count: count)
    case "no":
      switch try next(&words) {
      case "findings": kind = .noFindings
      case "finding": kind = .noFinding(try next(&words))
      case "caches": kind = .noCaches
      case "record": kind = .record(nil)
      case let word: throw fail("'expect no \(word)'")
      }
    case "event":
      let text = try next(&words)
      guard let type = EventType(rawValue: text) else { throw fail("no event type '\(text)'") }
      kind = .event(type, try verdict(next(&words)), reminder: words.popFirst() == "reminder")
    case "again":
      let text = try next(&words)
      kind = .again(text == "never" ? nil : try duration(text))
    case "cache":
      let view = try next(&words)
      let text = try next(&words)
      guard let holding = CacheClock.Holding(rawValue: text) else { throw fail("no holding '\(text)'") }
      try keyword("until", &words)
      kind = .cache(view: view, holding, try time(next(&words)))
    case "summary": kind = .summary(try next(&words))
    case "explained":
      let rule = try next(&words)
      kind = .explained(rule, words.popFirst().flatMap(Diagnosis.Certainty.init(rawValue:)))
    case "diagnosed":
      let rule = try next(&words)
      kind = .diagnosed(rule, words.popFirst().flatMap(Diagnosis.Certainty.init(rawValue:)))
    case "named":
      let rule = try next(&words)
      kind = .named(rule, words.popFirst().flatMap(Diagnosis.Certainty.init(rawValue:)))
    case "cause": kind = .cause(try next(&words))
    case "evidence": kind = .evidence(try next(&words))
    case "remedy": kind = .remedy(try next(&words))
    case "record": kind = .record(try next(&words))
    case "incident": kind = .incident(isOpen: try next(&words) == "open")
    case "since": kind = .since(try time(next(&words)))
    case "before": kind = .before(try state(next(&words)))
    case "last":
      try keyword("good", &words)
      kind = .lastGood(try time(next(&words)))
    case "sightings": kind = .keepsSightings(try next(&words) == "kept")
    case "view":
      let view = try next(&words)
      kind = .viewDown(view, try next(&words) == "down")
    case let word: throw fail("'expect \(word)' is not known")
    }
    scenario.steps[scenario.steps.count - 1].expectations.append(ScenarioExpectation(kind: kind, line: line))
  }

  // MARK: Words

  /// Blanks and commas part words, quotes of either kind hold them together, `#` ends the line.
  func words(of raw: Substring) throws -> ArraySlice<String> {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in raw {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if word == nil, character == "\"" || character == "'" {
        quote = character
        word = ""
      } else if character == "#" {
        break
      } else if character == " " || character == "," || character == "\t" {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if quote != nil { throw fail("a quote is not closed") }
    if let word { words.append(word) }
    return try words.map { word in
      guard let expanded = ScenarioKeys.expand(word) else {
        throw fail("'\(word)' names a key that is not in keys.tsv")
      }
      return expanded
    }[...]
  }

  func fail(_ message: String) -> ScenarioError { ScenarioError(line: line, message: message) }

  func next(_ words: inout ArraySlice<String>) throws -> String {
    guard let word = words.popFirst() else { throw fail("the line ends too early") }
    return word
  }

  func keyword(_ expected: String, _ words: inout ArraySlice<String>) throws {
    let word = try next(&words)
    guard word == expected else { throw fail("'\(word)' stands where '\(expected)' is expected") }
  }

  func end(_ words: ArraySlice<String>) throws {
    if let word = words.first { throw fail("'\(word)' is too much") }
  }

  func number<Number: FixedWidthInteger>(_ words: inout ArraySlice<String>) throws -> Number {
    let word = try next(&words)
    guard let number = Number(word) else { throw fail("'\(word)' is no number") }
    return number
  }

  func name(_ text: String) throws -> DomainName {
    do { return try DomainName(text) } catch { throw fail("'\(text)': \(error)") }
  }

  func state(_ text: String) throws -> State {
    guard let state = State(rawValue: text) else { throw fail("no state '\(text)'") }
    return state
  }

  func verdict(_ text: String) throws -> Verdict {
    guard let verdict = Verdict(rawValue: text) else { throw fail("no verdict '\(text)'") }
    return verdict
  }

  func severity(_ text: String) throws -> Severity {
    guard let severity = Severity(rawValue: text) else { throw fail("no severity '\(text)'") }
    return severity
  }

  func failure(_ text: String) throws -> Outcome.Failure {
    guard let failure = Outcome.Failure(rawValue: text) else { throw fail("no failure '\(text)'") }
    return failure
  }

  func duration(_ text: String) throws -> Duration {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()) else {
      throw fail("'\(text)' is no duration such as 15s, 30m, 24h, 7d")
    }
    return .seconds(count * unit)
  }

  /// `14:05`, `14:05:30`, `+15s` after the last `at`, or with a day before: `2026-11-24T14:05:00Z`.
  func time(_ text: String) throws -> Timestamp {
    if text.hasPrefix("+") { return now + (try duration(String(text.dropFirst()))) }
    let whole = text.contains("T") ? text : "\(day)T\(text)" + (text.count == 5 ? ":00Z" : "Z")
    guard let time = Timestamp(whole) else { throw fail("'\(text)' is no time") }
    return time
  }
}
