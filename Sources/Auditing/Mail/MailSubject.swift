// What the mail half of an audit is about.

package import Model
package import Policies

/// The domain whose mail is audited.
package struct MailSubject: Hashable, Sendable {
  package var domain: DomainName
  /// Selectors that are known to be in use: given, or seen in mail.
  package var selectors: [DomainName] = []
  /// Selectors that are tried besides, since many signers use them.
  package var guesses: [DomainName] = MailSubject.usualSelectors
  /// The client that SPF is evaluated for, and whose PTR is looked at.
  package var client: SPFClient?
  /// A label that no zone has, to find wildcards.
  package var probe: DomainName

  /// Selectors of the largest mail hosts and of common software: forty, so that a server is not flooded.
  package static let usualSelectors: [DomainName] = [
    "default", "dkim", "mail", "selector1", "selector2", "google", "s1", "s2", "k1", "k2", "k3", "mx", "smtp", "fm1",
    "fm2", "fm3", "sig1", "pm", "key1", "key2", "mandrill", "mte1", "mte2", "zendesk1", "zendesk2", "hs1", "hs2",
    "protonmail", "protonmail2", "protonmail3", "mailjet", "zoho", "cm", "brevo1", "brevo2", "krs", "pic",
    "everlytickey1", "resend", "m1",
  ].compactMap { try? DomainName($0) }
}
