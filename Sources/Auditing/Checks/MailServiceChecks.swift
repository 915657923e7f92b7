// Checks that know of services: two mail hosts at once, a service without a key, hosts that send in their own name.

internal import Conventions
internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  static let mailServices: [AuditCheck] = [
    mail(
      "mx-hosts-mixed", .info, in: .mx,
      summary: "The MX records name hosts of two services that both keep mailboxes: mail arrives at one or the other.",
      remedy: "Remove the MX records of the service that the domain has left.", source: "RFC 5321, section 5.1"
    ) { facts in
      let used = MailService.all.compactMap { service -> String? in
        let hosts = facts.mx.hosts.filter { service.takes($0.name) }
        return hosts.isEmpty
          ? nil : "\(service.name): " + Phrase.list(hosts.map { "MX \($0.preference) \($0.name)" }, limit: 3)
      }
      return used.count > 1 ? [AuditObservation(used.joined(separator: "\n"))] : []
    },
    mail(
      "mx-host-without-spf", .info, in: .mx,
      summary: "A mail host of the domain has no SPF record of its own: bounces that it sends are checked by its name.",
      remedy: "Publish v=spf1 a -all at the name of the host.", source: "RFC 7208, section 10.1.2"
    ) { facts in
      facts.mx.hosts.filter { $0.hasSPF == false && facts.role.sends }.map { host in
        AuditObservation(
          "\(host.name) TXT: no text that begins with v=spf1", remedy: "Publish \(host.name.text("v=spf1 a -all")).")
      }
    },
    mail(
      "dkim-vendor-absent", .info, in: .dkim, consequenceOf: ["dkim-none"],
      summary:
        "A service hosts or sends mail for the domain, and there is no key at the selectors that it usually signs with.",
      remedy: "Switch DKIM on at the service and publish its records, or give the selector with --selector.",
      source: "RFC 6376, section 3.6.2.1"
    ) { facts in
      guard facts.role.sends, !facts.dkim.hasWildcard, facts.dkim.base.failure == nil else { return [] }
      let known = Set(facts.dkim.keys.map(\.selector.description) + facts.dkim.unanswered.map(\.description))
      return facts.services.filter { service, _ in
        !service.selectors.isEmpty && known.isDisjoint(with: service.selectors)
      }.map { service, evidence in
        AuditObservation(
          "\(evidence) is \(service.name); no key at \(Phrase.list(service.selectors)) below _domainkey.\(facts.domain)",
          text:
            "\(service.name) hosts or sends mail for the domain, and none of the selectors that it usually signs with "
            + "has a key.",
          remedy:
            "Switch DKIM on at \(service.name) and publish the records that it gives you; if it signs with another "
            + "selector, give that with --selector.")
      }
    },
    mail(
      "spf-exp-broken", .info, in: .spf,
      summary: "The name behind exp= has no explanation, so receivers show none; no result changes.",
      remedy: "Publish one TXT record there, or remove exp=.", source: "RFC 7208, section 6.2"
    ) { facts in
      facts.spf.explanation.map { name, problem in [AuditObservation("exp=\(name): \(problem)")] } ?? []
    },
    mail(
      "spf-misplaced", .info, in: .spf,
      summary: "An SPF record is at a name where no receiver looks for it.", remedy: "Publish it at the domain itself.",
      source: "RFC 7208, section 3"
    ) { facts in
      facts.spf.misplaced.map {
        [AuditObservation("\($0) TXT", remedy: "Publish the record at \(facts.domain) itself.")]
      } ?? []
    },
    mail(
      "dmarc-psd-wrong", .warning, in: .dmarc,
      summary:
        "The record says that the domain is a public suffix (psd=y), and the public suffix list does not: its subdomains "
        + "lose the record as their organization's.",
      remedy: "Remove psd=y.", source: "RFC 9989, section 4.10.2"
    ) { facts in
      guard facts.dmarc.used?.publicSuffix == .yes, let location = facts.dmarc.location,
        location.registrableDomain != nil
      else { return [] }
      return [AuditObservation("\(below("_dmarc", location)) TXT: psd=y")]
    },
  ]
}
