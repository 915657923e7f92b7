// Looks and spans as a proof keeps them: everything that the conditions rest on, and the very bytes of the records.

internal import Foundation
internal import Model

/// One answer with its place.
public struct RecordedAnswer: Hashable, Sendable, Codable {
  var server: String
  var address: Endpoint?
  var zone: DomainName?
  var question: DomainName
  var outcome: String
  var failure: Outcome.Failure?
  var rcode: UInt16?
  var aa: Bool
  var ad: Bool
  var tc: Bool
  var ttl: UInt32?
  var negativeTTL: UInt32?
  var cname: [DomainName]
  var viaDname: Bool
  var records: [Record]
  var extendedErrors: [ExtendedError]
  var digest: String
  var transport: Transport
  var roundTripMicroseconds: Int64

  struct Record: Hashable, Sendable, Codable {
    /// The strings joined, for people.
    var text: String
    /// The RDATA in base64.
    var rdata: String
  }

  init(_ server: ServerAnswer) {
    let answer = server.answer
    self.server = server.server
    address = server.endpoint
    zone = server.zone
    question = server.question
    outcome = answer.outcome.word
    failure = answer.outcome.failure
    rcode = answer.rcode?.rawValue
    aa = answer.authoritative
    ad = answer.authenticated
    tc = answer.truncated
    ttl = answer.ttl
    negativeTTL = answer.negativeTTL
    cname = answer.cname
    viaDname = answer.viaDNAME
    records = answer.records.map { Record(text: $0.text, rdata: Data($0.rdata).base64EncodedString()) }
    extendedErrors = answer.extendedErrors
    digest = answer.digest.description
    transport = answer.transport
    roundTripMicroseconds = answer.roundTrip.microseconds
  }

  /// The answer again; nil where a part is not what selectord writes.
  var answer: ServerAnswer? {
    guard let digest = Digest(digest), let outcome = outcomeValue else { return nil }
    var texts: [TextRecord] = []
    for record in records {
      guard let bytes = Data(base64Encoded: record.rdata), let text = TextRecord(rdata: bytes), text.text == record.text
      else { return nil }
      texts.append(text)
    }
    guard (outcome == .records) == !texts.isEmpty else { return nil }
    return ServerAnswer(
      server: server, endpoint: address, zone: zone, question: question,
      answer: Answer(
        outcome: outcome, rcode: rcode.map(ResponseCode.init(rawValue:)), cname: cname, viaDNAME: viaDname,
        records: texts, ttl: ttl, negativeTTL: negativeTTL, authoritative: aa, authenticated: ad, truncated: tc,
        extendedErrors: extendedErrors, transport: transport, roundTrip: .microseconds(roundTripMicroseconds),
        digest: digest))
  }

  private var outcomeValue: Outcome? {
    switch (outcome, failure) {
    case ("records", nil): .records
    case ("nodata", nil): .nodata
    case ("nxdomain", nil): .nxdomain
    case ("failed", let failure?): .failed(failure)
    default: nil
    }
  }
}

/// One look.
public struct RecordedLook: Hashable, Sendable, Codable {
  var name: DomainName
  var at: Timestamp
  var views: [RecordedView]

  struct RecordedView: Hashable, Sendable, Codable {
    var view: String
    var authoritative: Bool
    var answers: [RecordedAnswer]
    var delegation: Delegation?
    var walkFailure: WalkFailure?
    var negativeTTL: UInt32?
  }

  init(_ look: Look) {
    name = look.key.name
    at = look.at
    views = look.views.map { view in
      RecordedView(
        view: view.view, authoritative: view.isAuthoritative, answers: view.servers.map(RecordedAnswer.init),
        delegation: view.delegation, walkFailure: view.walkFailure, negativeTTL: view.negativeTTL)
    }
  }

  /// The look again, at the key that it should be of; nil where a part is not what selectord writes.
  func look(at key: KeyName) -> Look? {
    guard key.name == name else { return nil }
    var look = Look(key: key, at: at, views: [])
    for view in views {
      let servers = view.answers.compactMap(\.answer)
      guard servers.count == view.answers.count else { return nil }
      look.views.append(
        ViewAnswer(
          view: view.view, isAuthoritative: view.authoritative, servers: servers, delegation: view.delegation,
          walkFailure: view.walkFailure, negativeTTL: view.negativeTTL))
    }
    return look
  }
}

/// Both keys at one time.
public struct RecordedRound: Hashable, Sendable, Codable {
  var new: RecordedLook
  var old: RecordedLook?

  init(_ round: RotationRound) {
    new = RecordedLook(round.new)
    old = round.old.map(RecordedLook.init)
  }

  func round(new newKey: KeyName, old oldKey: KeyName?) -> RotationRound? {
    guard let newLook = new.look(at: newKey) else { return nil }
    guard let old else { return RotationRound(new: newLook, old: nil) }
    guard let oldKey, let oldLook = old.look(at: oldKey) else { return nil }
    return RotationRound(new: newLook, old: oldLook)
  }
}

/// One span of the history.
public struct RecordedSpan: Hashable, Sendable, Codable {
  var view: String
  var firstSeen: Timestamp
  var lastSeen: Timestamp
  var current: Bool
  var answer: RecordedAnswer

  init(_ span: AnswerSpan) {
    view = span.view
    firstSeen = span.firstSeen
    lastSeen = span.lastSeen
    current = span.isCurrent
    answer = RecordedAnswer(
      ServerAnswer(server: span.server, endpoint: span.endpoint, question: span.key.name, answer: span.answer))
  }

  func span(of key: KeyName) -> AnswerSpan? {
    guard answer.question == key.name, let server = answer.answer else { return nil }
    return AnswerSpan(
      key: key, view: view, server: server.server, endpoint: server.endpoint, firstSeen: firstSeen, lastSeen: lastSeen,
      isCurrent: current, answer: server.answer)
  }
}
