// Whether report addresses of another organization have agreed to take the reports (RFC 9990; RFC 7489, section 7.1).

internal import Conventions
public import Model

/// The check of a record's report addresses.
public struct DMARCReportCheck: Hashable, Sendable {
  public enum Consent: Hashable, Sendable {
    /// The address belongs to the organization of the record.
    case notNeeded
    case given
    /// Reports must not be sent there.
    case missing
    /// The question failed.
    case unknown
    /// Not an address that reports can go to.
    case unusable
  }

  public let addresses: [ReportAddress]
  private let location: DomainName

  /// `location` is the domain whose `_dmarc` name has the record.
  public init(_ record: DMARCRecord, at location: DomainName) {
    addresses = record.aggregateReports + record.failureReports
    self.location = location
  }

  /// The questions that have to be answered: one for each host of another organization.
  public var questions: [Question] {
    var questions: [Question] = []
    for question in addresses.compactMap(question) where !questions.contains(question) { questions.append(question) }
    return questions
  }

  /// What the answers mean for an address.
  public func consent(of address: ReportAddress, _ replies: [Question: PolicyReply]) -> Consent {
    guard case .mail(_, .some) = address.form else { return .unusable }
    guard let question = question(address) else { return .notNeeded }
    guard let reply = replies[question], reply.outcome.failure == nil else { return .unknown }
    return reply.texts.contains { DMARCRecord($0) != nil } ? .given : .missing
  }

  /// `<location>._report._dmarc.<host>`; nil where nobody has to be asked.
  private func question(_ address: ReportAddress) -> Question? {
    guard case .mail(_, let host?) = address.form,
      (host.registrableDomain ?? host) != (location.registrableDomain ?? location),
      let prefix = try? DomainName("\(location)._report._dmarc"), let name = try? host.prepending(prefix)
    else { return nil }
    return Question(name, .txt)
  }
}
