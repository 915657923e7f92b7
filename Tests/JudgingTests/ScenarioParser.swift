// Reads the language of scenario files; every mistake is reported with its line.

import Judging
import Model

struct ScenarioError: Error, CustomStringConvertible {
  var line: Int
  var message: String
  var description: String { "line \(line): \(message)" }
}

struct ScenarioParser {
  private var scenario = Scenario()
  private var line = 0
  private var day = "2026-11-23"
  private var now = Timestamp(microseconds: 0)
  private var opening: [WorldChange] = []

  static func parse(_ text: String, file: String) throws -> Scenario {
    var parser = ScenarioParser()
    parser.scenario.file = file
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      parser.line = index + 1
      var words = try parser.words(of: raw)
      guard !words.isEmpty else { continue }
      try parser.statement(&words)
    }
    guard !parser.scenario.steps.isEmpty else { throw ScenarioError(line: 1, message: "no 'at' in the file") }
    guard !parser.scenario.watches.isEmpty else { throw ScenarioError(line: 1, message: "no 'watch' in the file") }
    return parser.scenario
  }

  private mutating func statement(_ words: inout ArraySlice<String>) throws {
    switch try next(&words) {
    case "title": scenario.title = words.joined(separator: " ")
    case "day": day = try next(&words)
    case "watch": try watch(&words)
    case "watches": try manyWatches(&words)
    case "policy": try policy(&words)
    case "key": try key(&words)
    case "zone":
      let zone = try next(&words)
      change(.zone(zone == "*" ? nil : try name(zone), try servers(&words)))
    case "target":
      let zone = try name(next(&words))
      try keyword("asked", &words)
      change(.target(zone, asked: try name(next(&words)), try servers(&words)))
    case "resolver":
      let view = try next(&words)
      change(
        .resolver(
          view: view,
          try words.map { text in
            guard let endpoint = Endpoint(text) else { throw fail("'\(text)' is no address") }
            return endpoint
          }))
    case "remove": change(.removeView(try next(&words)))
    case "serial":
      var serials: [String: UInt32] = [:]
      while !words.isEmpty { serials[try next(&words)] = try number(&words) }
      change(.serials(serials))
    case "walk": try walk(&words)
    case "unchanged":
      try keyword("until", &words)
      change(.lastUnchanged(try time(next(&words))))
    case "now":
      try keyword("expect", &words)
      change(.expectation(try expectation(&words)))
    case "at": try moment(&words)
    case "expect": try expect(&words)
    case let first: try says(first, &words)
    }
  }

  // MARK: The opening

  private mutating func watch(_ words: inout ArraySlice<String>) throws {
    let selector = try name(next(&words))
    let key = try KeyName(selector: selector, domain: try name(next(&words)))
    var watch = Watch(key: key, interval: .seconds(900))
    while let word = words.popFirst() {
      switch word {
      case "expect", "pin":
        words = [word] + words
        watch.expectation = try expectation(&words)
      case "label": watch.labels[try next(&words)] = try next(&words)
      case "note": watch.note = try next(&words)
      default: throw fail("'\(word)' after a watch; known are expect, pin, label, note")
      }
    }
    scenario.watches.append(watch)
  }

  private mutating func expectation(_ words: inout ArraySlice<String>) throws -> Expectation {
    var expectation = Expectation()
    while let word = words.first, ["expect", "pin", "published", "revoked", "missing", "nothing"].contains(word) {
      words.removeFirst()
      switch word {
      case "expect", "nothing": break
      case "pin": expectation.fingerprint = "SHA256:\(try next(&words))"
      default: expectation.state = State(rawValue: word)
      }
    }
    return expectation
  }

  private mutating func manyWatches(_ words: inout ArraySlice<String>) throws {
    let count: Int = try number(&words)
    var zones = count
    if words.first == "in" {
      words.removeFirst()
      zones = try number(&words)
      try keyword("zones", &words)
    }
    for index in 0..<count {
      let key = try KeyName(selector: name("s\(index / zones + 1)"), domain: name("d\(index % zones + 1).example"))
      scenario.watches.append(Watch(key: key, interval: .seconds(900)))
    }
  }

  private mutating func policy(_ words: inout ArraySlice<String>) throws {
    while let word = words.popFirst() {
      switch word {
      case "confirm":
        scenario.policy.confirmTimes = try number(&words)
        try keyword("after", &words)
        scenario.policy.confirmAfter = try duration(next(&words))
      case "unreachable":
        try keyword("after", &words)
        scenario.policy.unreachableAfter = try duration(next(&words))
      case "remind":
        try keyword("after", &words)
        let text = try next(&words)
        scenario.policy.remindAfter = text == "never" ? nil : try duration(text)
      default: throw fail("'\(word)' in a policy; known are confirm, unreachable, remind")
      }
    }
  }

  private mutating func key(_ words: inout ArraySlice<String>) throws {
    let label = try next(&words)
    var judgement = KeyJudgement(
      state: .published, verdict: .ok, summary: "A 2048-bit RSA key is published.",
      key: KeySummary(type: .rsa, bits: 2048, fingerprint: "SHA256:\(label)", revoked: false, testing: false),
      findings: [])
    var record: TextRecord?
    while let word = words.popFirst() {
      switch word {
      case "rsa": judgement.key?.bits = try number(&words)
      case "invalid":
        judgement = KeyJudgement(
          state: .invalid, verdict: .critical, summary: "p= holds no key.", key: nil, findings: [])
      case "revoked":
        judgement.state = .revoked
        judgement.verdict = .critical
        judgement.key?.revoked = true
        judgement.summary = "The key is revoked."
      case "finding":
        let (rule, severity) = (try next(&words), try severity(next(&words)))
        judgement.findings.append(
          Finding(rule: rule, severity: severity, text: "\(rule) fires.", evidence: "the text", remedy: "mend it"))
        judgement.verdict = judgement.verdict.worse(Verdict(severity))
      default: record = TextRecord(word)
      }
    }
    guard let record else { throw fail("a key needs its text in quotes") }
    scenario.keys[label] = ScriptedKey(record: record, judgement: judgement)
  }

  private mutating func servers(_ words: inout ArraySlice<String>) throws -> [ScriptedServer] {
    var servers: [ScriptedServer] = []
    while !words.isEmpty {
      let name = try next(&words)
      let address = try next(&words)
      guard address == "-" || Endpoint(address) != nil else { throw fail("'\(address)' is no address") }
      servers.append(ScriptedServer(name: name, endpoint: Endpoint(address)))
    }
    return servers
  }

  // MARK: Moments

  private mutating func moment(_ words: inout ArraySlice<String>) throws {
    var step: ScenarioStep
    let word = try next(&words)
    if word == "again" {
      step = ScenarioStep(moment: .again)
    } else {
      now = try time(word)
      step = ScenarioStep(moment: .at(now))
    }
    if words.first == "tick" {
      words.removeFirst()
      step.isTick = true
    }
    try end(words)
    if scenario.steps.isEmpty { step.changes = opening }
    scenario.steps.append(step)
  }

  private mutating func change(_ change: WorldChange) {
    if scenario.steps.isEmpty {
      opening.append(change)
    } else {
      scenario.steps[scenario.steps.count - 1].changes.append(change)
    }
  }

  private mutating func walk(_ words: inout ArraySlice<String>) throws {
    switch try next(&words) {
    case "reaches": change(.walkReaches)
    case "ends":
      try keyword("at", &words)
      change(.walkEnds(try name(next(&words)), try failure(next(&words))))
    case let word: throw fail("'walk \(word)'; known are 'walk reaches' and 'walk ends at ZONE FAILURE'")
    }
  }

  private mutating func says(_ first: String, _ words: inout ArraySlice<String>) throws {
    var who = [first]
    while let word = words.popFirst() {
      if word == "says" || word == "say" { break }
      who.append(word)
      if words.isEmpty { throw fail("expected 'says' after \(who.joined(separator: ", "))") }
    }
    var answer = ScriptedAnswer()
    var domain: DomainName?
    let what = try next(&words)
    switch what {
    case "nxdomain": answer.outcome = .nxdomain
    case "nodata": answer.outcome = .nodata
    case let word where Outcome.Failure(rawValue: word) != nil: answer.outcome = .failed(try failure(word))
    default:
      answer.outcome = .records
      answer.keys = what.split(separator: "+").map(String.init)
      for key in answer.keys where scenario.keys[key] == nil { throw fail("no key '\(key)'") }
      answer.ttl = 3600
    }
    while let word = words.popFirst() {
      switch word {
      case "ttl": answer.ttl = try number(&words)
      case "negative": answer.negativeTTL = try number(&words)
      case "cname":
        while let target = words.first, target.contains(".") {
          answer.cname.append(try name(target)); words.removeFirst()
        }
      case "dname": answer.viaDNAME = true
      case "aa": answer.authoritative = true
      case "ad": answer.authenticated = true
      case "truncated": answer.truncated = true
      case "tcp": answer.transport = .tcp
      case "ede": answer.errors.append(ExtendedError(code: try number(&words), text: try next(&words)))
      case "for": domain = try name(next(&words))
      default: throw fail("'\(word)' after an answer")
      }
    }
    change(.says(who, answer, domain: domain))
  }

  // MARK: Expectations

  private mutating func expect(_ words: inout ArraySlice<String>) throws {
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
  private func words(of raw: Substring) throws -> ArraySlice<String> {
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
    return words[...]
  }

  private func fail(_ message: String) -> ScenarioError { ScenarioError(line: line, message: message) }

  private func next(_ words: inout ArraySlice<String>) throws -> String {
    guard let word = words.popFirst() else { throw fail("the line ends too early") }
    return word
  }

  private func keyword(_ expected: String, _ words: inout ArraySlice<String>) throws {
    let word = try next(&words)
    guard word == expected else { throw fail("'\(word)' stands where '\(expected)' is expected") }
  }

  private func end(_ words: ArraySlice<String>) throws {
    if let word = words.first { throw fail("'\(word)' is too much") }
  }

  private func number<Number: FixedWidthInteger>(_ words: inout ArraySlice<String>) throws -> Number {
    let word = try next(&words)
    guard let number = Number(word) else { throw fail("'\(word)' is no number") }
    return number
  }

  private func name(_ text: String) throws -> DomainName {
    do { return try DomainName(text) } catch { throw fail("'\(text)': \(error)") }
  }

  private func state(_ text: String) throws -> State {
    guard let state = State(rawValue: text) else { throw fail("no state '\(text)'") }
    return state
  }

  private func verdict(_ text: String) throws -> Verdict {
    guard let verdict = Verdict(rawValue: text) else { throw fail("no verdict '\(text)'") }
    return verdict
  }

  private func severity(_ text: String) throws -> Severity {
    guard let severity = Severity(rawValue: text) else { throw fail("no severity '\(text)'") }
    return severity
  }

  private func failure(_ text: String) throws -> Outcome.Failure {
    guard let failure = Outcome.Failure(rawValue: text) else { throw fail("no failure '\(text)'") }
    return failure
  }

  private func duration(_ text: String) throws -> Duration {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()) else {
      throw fail("'\(text)' is no duration such as 15s, 30m, 24h, 7d")
    }
    return .seconds(count * unit)
  }

  /// `14:05`, `14:05:30`, `+15s` after the last `at`, or with a day before: `2026-11-24T14:05:00Z`.
  private func time(_ text: String) throws -> Timestamp {
    if text.hasPrefix("+") { return now + (try duration(String(text.dropFirst()))) }
    let whole = text.contains("T") ? text : "\(day)T\(text)" + (text.count == 5 ? ":00Z" : "Z")
    guard let time = Timestamp(whole) else { throw fail("'\(text)' is no time") }
    return time
  }
}
