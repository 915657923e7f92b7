// Services that host or send mail for many domains: by which records a domain shows that it uses one.

internal import Model
internal import Policies

/// A service, as DNS shows it.
struct MailService: Hashable, Sendable {
  var name: String
  /// What its MX hosts end in; empty where it takes no mail for others.
  var hosts: [String] = []
  /// What SPF records of its customers include.
  var includes: [String] = []
  /// The selectors that are the same with every customer, unless one changes them.
  var selectors: [String] = []

  static let all = [
    MailService(
      name: "Google Workspace", hosts: ["google.com", "googlemail.com"], includes: ["_spf.google.com"],
      selectors: ["google"]),
    MailService(
      name: "Microsoft 365", hosts: ["mail.protection.outlook.com", "mx.microsoft"],
      includes: ["spf.protection.outlook.com"], selectors: ["selector1", "selector2"]),
    MailService(
      name: "Fastmail", hosts: ["messagingengine.com"], includes: ["spf.messagingengine.com"],
      selectors: ["fm1", "fm2", "fm3"]),
    MailService(
      name: "Proton Mail", hosts: ["protonmail.ch"], includes: ["_spf.protonmail.ch"],
      selectors: ["protonmail", "protonmail2", "protonmail3"]),
    MailService(name: "Zoho Mail", hosts: ["zoho.com", "zoho.eu"]),
    MailService(name: "Yandex 360", hosts: ["mx.yandex.net"]),
    MailService(name: "IONOS", hosts: ["ionos.com", "ionos.de", "kundenserver.de"]),
    MailService(name: "OVHcloud", hosts: ["mail.ovh.net", "ovh.net"]),
    MailService(name: "Zendesk", includes: ["mail.zendesk.com"], selectors: ["zendesk1", "zendesk2"]),
    MailService(name: "Mailchimp", includes: ["servers.mcsv.net"], selectors: ["k1", "k2", "k3"]),
    MailService(
      name: "Mandrill", includes: ["spf.mandrillapp.com"], selectors: ["mandrill", "mte1", "mte2"]),
    MailService(name: "Mailjet", includes: ["spf.mailjet.com"], selectors: ["mailjet"]),
  ]

  /// Whether an MX host is one of its own.
  func takes(_ host: DomainName) -> Bool {
    hosts.contains { suffix in (try? DomainName(suffix)).map(host.isWithin) ?? false }
  }
}

extension MailFacts {
  /// The services that an MX host or the domain's own SPF record names, with what names them.
  var services: [(service: MailService, evidence: String)] {
    MailService.all.compactMap { service in
      if let host = mx.hosts.first(where: { service.takes($0.name) }) {
        return (service, "MX \(host.preference) \(host.name)")
      }
      let term = spf.tree?.tree.first { node in
        node.target.map { target in service.includes.contains(target.description) } ?? false
      }
      return term.map { (service, $0.term) }
    }
  }
}
