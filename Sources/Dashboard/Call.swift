// One request on its way through a handler: what it asks for, read from path and query, and what it may change.

internal import Keys
internal import Model
internal import Reporting
internal import Syntax

/// One request on its way through a handler.
struct Call: Sendable {
  var site: Site
  var request: WebRequest
  /// What stands in the places of the path.
  var parameters: [String: String]
  var visitor: Visitor

  var source: any DashboardSource { site.source }
  var now: Timestamp { site.now() }

  /// Where the reader sees this server, without a slash at the end.
  var baseURL: String {
    "\(request.isSecure ? "https" : "http")://\(request.headers["host"] ?? "localhost")\(site.settings.prefix)"
  }

  // MARK: What is asked for

  /// The most entries of a page.
  private static let longestPage = 500

  func limit() throws(WebProblem) -> Int {
    guard let text = request.query.all("limit").first else { return 50 }
    guard let limit = Int(text), (1...Self.longestPage).contains(limit) else {
      throw WebProblem(400, "'limit' is a number from 1 to \(Self.longestPage).")
    }
    return limit
  }

  /// The watch of the path.
  func key() throws(WebProblem) -> KeyName {
    guard let domain = try? DomainName(parameters["domain"] ?? ""),
      let key = KeyName(selectorOrType: parameters["selector"] ?? "", of: domain)
    else { throw WebProblem(404, "The address has no domain and selector.") }
    return key
  }

  /// The domain of the path.
  func domain() throws(WebProblem) -> DomainName {
    guard let name = try? DomainName((parameters["domain"] ?? "").lowercased()), !name.isRoot else {
      throw WebProblem(404, "The address has no domain.")
    }
    return name
  }

  func watch(since: Timestamp) async throws -> WatchReport {
    guard let report = try await source.watch(try key(), since: since) else {
      throw WebProblem(404, "This selector is not watched, or was not checked yet.")
    }
    return report
  }

  /// The time that `since` names, as in `7d`, `12h` or RFC 3339.
  func since(days: Int64) throws(WebProblem) -> Timestamp {
    guard let text = request.query.all("since").first else { return now - .seconds(days * 86_400) }
    if let time = Timestamp(text) { return time }
    guard let duration = Self.duration(text) else {
      throw WebProblem(400, "'since' is a duration such as 30d or 12h, or a time such as 2026-11-23T20:00:00Z.")
    }
    return now - duration
  }

  /// A number with a unit, as in `30m`, `12h` or `7d`.
  static func duration(_ text: String) -> Duration? {
    let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      (1...36_500).contains(number)
    else { return nil }
    return .seconds(number * unit)
  }

  func watchQuery() throws(WebProblem) -> WatchQuery {
    var query = WatchQuery()
    let fields = request.query
    query.limit = try limit()
    query.after = fields.all("after").first
    query.search = fields.all("search").first.map { String($0.lowercased().prefix(255)) }
    query.verdicts = try words("verdict")
    query.states = try words("state")
    query.order = try (words("sort") as [WatchQuery.Order]).first ?? .verdict
    query.domain = try name("domain")
    return query
  }

  func eventQuery() throws(WebProblem) -> EventQuery {
    var query = EventQuery()
    query.limit = try limit()
    query.domain = try name("domain")
    query.selector = try name("selector")
    query.incident = request.query.all("incident").first
    query.before = try number("before")
    return query
  }

  func incidentQuery() throws(WebProblem) -> IncidentQuery {
    var query = IncidentQuery()
    query.limit = try limit()
    query.after = request.query.all("after").first
    switch request.query.all("status").first ?? "open" {
    case "open": query.isOpen = true
    case "closed": query.isOpen = false
    case "all": break
    default: throw WebProblem(400, "'status' is one of open, closed, all.")
    }
    return query
  }

  func deliveryQuery() throws(WebProblem) -> DeliveryQuery {
    var query = DeliveryQuery()
    query.limit = try limit()
    query.receiver = request.query.all("receiver").first
    query.before = try number("before")
    query.statuses = try words("status")
    return query
  }

  private func name(_ field: String) throws(WebProblem) -> DomainName? {
    guard let text = request.query.all(field).first else { return nil }
    guard let name = site.settings.read(text) else { throw WebProblem(400, "'\(field)' is not a domain name.") }
    return name
  }

  private func number(_ field: String) throws(WebProblem) -> Int64? {
    guard let text = request.query.all(field).first else { return nil }
    guard let number = Int64(text) else { throw WebProblem(400, "'\(field)' is not a number.") }
    return number
  }

  private func words<Word: RawRepresentable<String> & CaseIterable>(_ field: String) throws(WebProblem) -> [Word] {
    var words: [Word] = []
    for text in request.query.all(field) {
      guard let word = Word(rawValue: text) else {
        throw WebProblem(400, "'\(field)' is one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      words.append(word)
    }
    return words
  }

  // MARK: What is done

  /// Acknowledges the incident of the path.
  func acknowledge(by author: String, note: String) async throws {
    let author = String(author.withoutControls.prefix(100))
    let note = String(note.withoutControls.prefix(1000))
    guard author.contains(where: { !$0.isWhitespace }) else {
      throw WebProblem(422, "Say who acknowledges the incident.")
    }
    guard try await source.acknowledge(incident: parameters["id"] ?? "", by: author, note: note) else {
      throw WebProblem(404, "No open incident has this id.")
    }
  }

  /// Has the watch of the path looked at now.
  func checkNow() async throws {
    guard await source.checkNow(try key()) else { throw WebProblem(404, "This selector is not watched.") }
  }

  /// Retries the delivery of the path.
  func retry() async throws {
    guard try await source.retry(delivery: parameters["id"] ?? "") else {
      throw WebProblem(404, "No pending or failed delivery has this id.")
    }
  }

  /// Judges the text of a key record.
  static func judgement(of text: String, minimumBits: Int?) throws(WebProblem) -> KeyJudgement {
    do throws(RecordTextError) {
      return KeyJudge.judge(try RecordText.read(text), minimumBits: minimumBits)
    } catch {
      throw WebProblem(422, "The text is no key record: \(error.description.withoutControls)")
    }
  }
}

extension WatchReport {
  /// Answers, events and gaps, oldest first.
  func entries(since: Timestamp?) -> [HistoryEntry] {
    guard let began = (spans.map(\.firstSeen) + events.map(\.at)).min() else { return [] }
    // A silence before the first sight of the key says nothing about it.
    return HistoryEntry.entries(
      spans: spans, events: events, periods: periods.filter { $0.to >= began }, since: since)
  }
}
