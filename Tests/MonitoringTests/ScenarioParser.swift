// Reads the language of scenario files; every mistake is reported with its line.

import Judging
import Model

struct ScenarioError: Error, CustomStringConvertible {
  var line: Int
  var message: String
  var description: String { "line \(line): \(message)" }
}

struct ScenarioParser {
  var scenario = Scenario()
  var line = 0
  var day = "2026-11-23"
  var now = Timestamp(microseconds: 0)
  var opening: [WorldChange] = []

  static func parse(_ text: String, file: String) throws -> Scenario {
    var parser = ScenarioParser()
    parser.scenario.file = file
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      parser.line = index + 1
      if raw.hasPrefix("title ") {
        parser.scenario.title = String(raw.dropFirst(6))
        continue
      }
      var words = try parser.words(of: raw)
      guard !words.isEmpty else { continue }
      try parser.statement(&words)
    }
    guard !parser.scenario.steps.isEmpty else { throw ScenarioError(line: 1, message: "no 'at' in the file") }
    guard !parser.scenario.watches.isEmpty else { throw ScenarioError(line: 1, message: "no 'watch' in the file") }
    return parser.scenario
  }

  mutating func statement(_ words: inout ArraySlice<String>) throws {
    switch try next(&words) {
    case "day": day = try next(&words)
    case "watch": try watch(&words)
    case "watches": try manyWatches(&words)
    case "recordSet": try recordSet(&words)
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
    case "control":
      let view = try next(&words)
      let word = try next(&words)
      change(.control(view, word == "answers" ? nil : try failure(word)))
    case "remove": change(.removeView(try next(&words)))
    case "serial":
      var serials: [String: UInt32] = [:]
      while !words.isEmpty { serials[try next(&words)] = try number(&words) }
      change(.serials(serials))
    case "walk": try walk(&words)
    case "unchanged":
      try keyword("until", &words)
      change(.lastUnchanged(try time(next(&words))))
    case "sweep":
      try keyword("saw", &words)
      let word = try next(&words)
      var answer = ScriptedAnswer()
      switch word {
      case "nxdomain": answer.outcome = .nxdomain
      case "nodata": answer.outcome = .nodata
      default: answer.outcome = .failed(try failure(word))
      }
      try keyword("at", &words)
      change(.swept(server: try next(&words), answer))
    case "found": try found(&words)
    case "now":
      try keyword("expect", &words)
      change(.expectation(try expectation(&words)))
    case "at": try moment(&words)
    case "expect": try expect(&words)
    case let first: try says(first, &words)
    }
  }

  // MARK: The opening

  mutating func watch(_ words: inout ArraySlice<String>) throws {
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

  /// `recordSet NAME TYPE [values TEXT… | contains TEXT… | expect missing]`
  mutating func recordSet(_ words: inout ArraySlice<String>) throws {
    let name = try name(next(&words))
    guard let type = RecordType(mnemonic: try next(&words)) else { throw fail("no such record type") }
    var expectation = Expectation()
    switch words.popFirst() {
    case nil: break
    case "values"?: expectation.values = Array(words)
    case "contains"?: expectation.contains = Array(words)
    case "expect"?: expectation = try self.expectation(&words)
    case let word?: throw fail("'\(word)' after a record set; known are values, contains, expect")
    }
    scenario.watches.append(
      Watch(key: KeyName(recordSet: name, type), interval: .seconds(900), expectation: expectation))
  }

  mutating func expectation(_ words: inout ArraySlice<String>) throws -> Expectation {
    var expectation = Expectation()
    while let word = words.first, ["expect", "pin", "published", "revoked", "missing", "nothing"].contains(word) {
      words.removeFirst()
      switch word {
      case "expect", "nothing": break
      case "pin":
        let name = try next(&words)
        guard let fingerprint = ScenarioKeys.fingerprint(of: name) else { throw fail("no key '\(name)' to pin") }
        expectation.fingerprint = fingerprint
      default: expectation.state = State(rawValue: word)
      }
    }
    return expectation
  }

  mutating func manyWatches(_ words: inout ArraySlice<String>) throws {
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

  mutating func policy(_ words: inout ArraySlice<String>) throws {
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

  /// `key NAME "TEXT"…`, one text a record, or `key NAME of FIXTURE`.
  mutating func key(_ words: inout ArraySlice<String>) throws {
    let label = try next(&words)
    if words.first == "of" {
      words.removeFirst()
      let fixture = try next(&words)
      scenario.keys[label] = try ScenarioKeys.records(ofFixture: fixture)
      try end(words)
    } else {
      scenario.keys[label] = words.map { TextRecord($0) }
    }
    if scenario.keys[label]?.isEmpty != false {
      throw fail("a key needs its text in quotes, or a fixture that has one")
    }
  }

  mutating func servers(_ words: inout ArraySlice<String>) throws -> [ScriptedServer] {
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

  mutating func moment(_ words: inout ArraySlice<String>) throws {
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

  mutating func change(_ change: WorldChange) {
    if scenario.steps.isEmpty {
      opening.append(change)
    } else {
      scenario.steps[scenario.steps.count - 1].changes.append(change)
    }
  }

  mutating func walk(_ words: inout ArraySlice<String>) throws {
    switch try next(&words) {
    case "reaches": change(.walkReaches)
    case "ends":
      try keyword("at", &words)
      let (zone, failure) = (try name(next(&words)), try failure(next(&words)))
      change(.walkEnds(zone, failure, isIntercepted: words.popFirst() == "intercepted"))
    case let word: throw fail("'walk \(word)'; known are 'walk reaches' and 'walk ends at ZONE FAILURE'")
    }
  }

  mutating func says(_ first: String, _ words: inout ArraySlice<String>) throws {
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
      case "noedns": answer.dropsEDNS = true
      case "tcponly": answer.isSilentOverUDP = true
      case "ede": answer.errors.append(ExtendedError(code: try number(&words), text: try next(&words)))
      case "for": domain = try name(next(&words))
      default: throw fail("'\(word)' after an answer")
      }
    }
    change(.says(who, answer, domain: domain))
  }
}
