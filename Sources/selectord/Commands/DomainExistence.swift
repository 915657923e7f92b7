// Whether the domain that a rotation is planned for is there at all.

import Config
import Model
import Probing

extension Prober {
  /// Refuses a domain that does not exist. Where nobody answers, it may.
  func requireExistence(of domain: DomainName) async throws(CommandFailure) {
    let answer = await inquire([Inquiry(domain, .soa)])[0]
    guard answer.deniesName else { return }
    let place = answer.zone.map { "the servers of the zone \(InternationalName.display($0)) answer NXDOMAIN" }
    throw CommandFailure(
      .unavailable,
      "the domain \(InternationalName.display(domain)) does not exist: \(place ?? "the answer is NXDOMAIN"); check the "
        + "spelling, and that the domain comes before the selectors")
  }
}

extension InquiryAnswer {
  /// Whether all who answered say that there is no such name, nor any below it (RFC 8020).
  var deniesName: Bool {
    let outcomes = replies.map(\.answer.outcome).filter { $0.failure == nil }
    return !outcomes.isEmpty && outcomes.allSatisfy { $0 == .nxdomain }
  }
}
