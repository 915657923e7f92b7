// Carries an audit out: questions by the prober, files by the HTTP client. The daemon does so on a schedule, `audit` because it
// was asked.

public import Auditing
internal import DNS
public import HTTPClient
internal import Keys
public import Model
public import Probing

/// Puts the requests of audits to the network.
public struct AuditRunner: Sendable {
  private let carryOut: @Sendable ([AuditRequest]) async -> [AuditReply]

  /// - Parameter allowsPrivateAddresses: whether policy files may come from loopback and private addresses.
  public init(prober: Prober, http: any HTTPTransport, allowsPrivateAddresses: Bool = false) {
    carryOut = { requests in
      let inquiries = requests.compactMap { if case .inquiry(let inquiry) = $0 { inquiry } else { nil } }
      let keys = requests.compactMap { if case .look(let key) = $0 { key } else { nil } }
      let files = requests.compactMap { if case .fetch(let file) = $0 { file } else { nil } }
      async let answered = prober.inquire(inquiries)
      async let seen = prober.look(at: keys.map { LookRequest(key: $0) })
      async let fetched = Self.fetch(files, http, allowsPrivateAddresses)
      var (answers, looks, results) = (
        await answered.makeIterator(), await seen.makeIterator(), await fetched.makeIterator()
      )
      return requests.map { request in
        switch request {
        case .inquiry(let inquiry):
          .inquiry(PrivateKeyRedaction.redacted(answers.next() ?? InquiryAnswer(inquiry: inquiry)))
        case .look(let key):
          .look(
            PrivateKeyRedaction.redacted(looks.next() ?? Look(key: key, at: Timestamp(seconds: 0), views: [])) {
              .of(outcome: $0, chain: $1, records: $2)
            })
        case .fetch: .fetch(results.next() ?? .failed(.other, reason: "it was not fetched"))
        }
      }
    }
  }

  /// For tests: whoever answers.
  public init(carryOut: @escaping @Sendable ([AuditRequest]) async -> [AuditReply]) { self.carryOut = carryOut }

  /// What an audit is at: a round of requests goes out; rounds count from 1.
  public struct Step: Sendable {
    public var round: Int
    public var requests: Int
  }

  /// Asks until nothing is left to ask.
  public func run(_ audit: Audit, progress: (Step) -> Void = { _ in }) async -> AuditReport {
    var audit = audit
    var requests = audit.begin()
    while true {
      progress(Step(round: audit.rounds, requests: requests.count))
      switch audit.take(await carryOut(requests)) {
      case .ask(let further): requests = further
      case .report(let report): return report
      }
    }
  }

  /// How many files are fetched at a time.
  private static let fileLimit = 4

  private static func fetch(
    _ files: [AuditFetch], _ http: any HTTPTransport, _ allowsPrivateAddresses: Bool
  ) async -> [AuditFetch.Result] {
    await withTaskGroup(of: (Int, AuditFetch.Result).self) { group in
      var results = files.map { _ in AuditFetch.Result.failed(.other, reason: "it was not fetched") }
      for (index, file) in files.enumerated() {
        if index >= fileLimit, let (done, result) = await group.next() { results[done] = result }
        group.addTask { (index, await fetch(file, http, allowsPrivateAddresses)) }
      }
      for await (done, result) in group { results[done] = result }
      return results
    }
  }

  private static func fetch(
    _ file: AuditFetch, _ http: any HTTPTransport, _ allowsPrivateAddresses: Bool
  ) async -> AuditFetch.Result {
    // A second address is tried where the first cannot be reached.
    var result = AuditFetch.Result.failed(.unresolved, reason: "the host has no address")
    let addresses = file.addresses.prefix(2)
    for address in addresses.isEmpty ? [nil] : addresses.map(Optional.some) {
      result = await fetch(file, at: address, http, allowsPrivateAddresses)
      guard case .failed(.unreachable, _) = result else { break }
    }
    return result
  }

  private static func fetch(
    _ file: AuditFetch, at address: IPAddress?, _ http: any HTTPTransport, _ allowsPrivateAddresses: Bool
  ) async -> AuditFetch.Result {
    let request = HTTPRequest(
      .get, file.url, maximumResponseBytes: file.maximumBytes, allowsPrivateAddresses: allowsPrivateAddresses,
      address: address)
    do throws(HTTPError) {
      let response = try await http.send(request)
      return .response(
        AuditFetch.Response(
          status: response.status, contentType: response.headers["content-type"],
          location: response.headers["location"],
          body: response.body))
    } catch {
      return .failed(AuditFetch.Failure(error), reason: error.description)
    }
  }
}

extension View {
  /// Whether its root servers are of a private network: an internet of one's own, whose policy files are there too.
  public var isOfPrivateInternet: Bool {
    guard case .authoritative(let hints, _) = source else { return false }
    return !hints.isEmpty && hints.allSatisfy(\.isPrivate)
  }
}

extension AuditOptions {
  /// What an audit through these views goes by.
  public init(views: [View], selectors: [DomainName], at now: Timestamp) {
    // A new label each time: the absence of the last one may be remembered somewhere.
    let probe = try? DomainName("selectord-\(UInt32.random(in: .min ... .max))")
    self.init(
      now: now, probe: probe ?? .root, resolver: views.first { !$0.isAuthoritative }?.name, selectors: selectors,
      isPrivateInternet: views.contains(where: \.isOfPrivateInternet))
  }
}

extension AuditFetch.Failure {
  fileprivate init(_ error: HTTPError) {
    self =
      switch error {
      case .unresolved: .unresolved
      case .unreachable: .unreachable
      case .tls: .tls
      case .timeout: .timeout
      case .responseTooLarge: .tooLarge
      case .privateAddress: .privateAddress
      case .badURL, .other: .other
      }
  }
}
