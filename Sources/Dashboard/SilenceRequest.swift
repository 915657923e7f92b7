// A silence as a form or a program asks for it, read and held against what a silence may be.

internal import Model

/// What a person wants no alerts of, as it was typed.
struct SilenceRequest: Hashable, Sendable {
  var domain = ""
  var selector = ""
  var labels: [String] = []
  var types: [String] = []
  /// How long, as in `2h`.
  var duration = ""
  var by = ""
  var reason = ""

  private static let longest = Duration.seconds(366 * 86_400)
  /// Longer texts belong into a ticket.
  private static let longestText = 1000

  /// What an event must have.
  func matchers(_ read: (String) -> DomainName?) throws(WebProblem) -> Silence.Matchers {
    var matchers = Silence.Matchers()
    if !domain.isEmpty { matchers.domain = try Self.pattern(domain, read) }
    if !selector.isEmpty {
      guard let name = read(selector) else { throw WebProblem(422, "The selector is not a domain name.") }
      matchers.selector = name
    }
    for label in labels where !label.isEmpty {
      guard let equals = label.firstIndex(of: "="), equals > label.startIndex else {
        throw WebProblem(422, "A label is a name and a value, as in team=mail.")
      }
      matchers.labels[String(label[..<equals])] = String(label[label.index(after: equals)...])
    }
    for word in types where !word.isEmpty {
      guard let type = EventType(rawValue: word) else {
        throw WebProblem(422, "A type is one of \(EventType.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      matchers.types.append(type)
    }
    guard matchers != Silence.Matchers() else {
      throw WebProblem(
        422, "Say what is silenced: a domain, a selector, a label or a type; the domain * is everything.")
    }
    return matchers
  }

  private static func pattern(_ typed: String, _ read: (String) -> DomainName?) throws(WebProblem) -> String {
    if typed == "*" { return typed }
    let isBelow = typed.hasPrefix("*.")
    guard let name = read(isBelow ? String(typed.dropFirst(2)) : typed) else {
      throw WebProblem(422, "The domain is a name, '*.example.org' for all below it, or '*' for all.")
    }
    return (isBelow ? "*." : "") + name.description
  }

  /// Who, and why.
  func words() throws(WebProblem) -> (author: String, reason: String) {
    let texts = [by, reason].map { String($0.withoutControls.prefix(Self.longestText)) }
    guard texts.allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
      throw WebProblem(422, "Say who silences it, and why.")
    }
    return (texts[0], texts[1])
  }

  func end(from now: Timestamp) throws(WebProblem) -> Timestamp {
    guard let duration = Call.duration(duration), duration <= Self.longest else {
      throw WebProblem(422, "'for' is a duration such as 30m, 2h or 3d, at most 366 days.")
    }
    return now + duration
  }
}

extension Call {
  func silence(_ request: SilenceRequest) async throws -> Silence {
    let matchers = try request.matchers(site.settings.read)
    let words = try request.words()
    return try await source.silence(
      matchers, by: words.author, reason: words.reason, until: try request.end(from: now))
  }

  /// Ends the silence of the path.
  func endSilence() async throws {
    guard try await source.endSilence(parameters["id"] ?? "") else {
      throw WebProblem(404, "No active silence has this id.")
    }
  }
}
