// What was found out of a domain's mail: values that the checks look at.

package import Model
package import Policies

/// Everything that the checks on mail look at.
package struct MailFacts: Sendable {
  package var subject: MailSubject
  /// Whether the domain exists; nil where nobody answered.
  package var exists: Bool?
  /// Whether the resolver that was asked validates.
  package var isValidating: Bool
  package var role: MailRole
  package var mx: MXFacts
  /// Addresses of the domain itself.
  package var addresses: [IPAddress]
  package var spf: SPFFacts
  package var dmarc: DMARCFacts
  package var dkim: DKIMFacts
  package var mtaSTS: MTASTSFacts
  package var tlsRPT: RecordFacts
  package var bimi: BIMIFacts
  package var caa: [CAAFacts]
  /// Domains that others can register, with what names them.
  package var free: [FreeDomain]
  /// Hosts of report addresses that cannot take mail.
  package var undeliverable: [DomainName]
  package var client: ClientFacts?
  /// Whether a limit kept something from being asked.
  package var isCut: Bool

  package var domain: DomainName { subject.domain }
}

/// What a domain does with mail, and how that shows.
public enum MailRole: String, Hashable, Sendable, Codable {
  /// Sends, and takes mail.
  case active
  /// Sends, and takes none.
  case sendsOnly
  /// Says that it neither sends nor takes mail: it is closed.
  case parked
  /// Nothing shows that it is used for mail, and nothing says that it is not.
  case unused

  /// Whether mail from it has to pass.
  public var sends: Bool { self == .active || self == .sendsOnly }
}

/// The records of one type at one name.
package struct RecordFacts: Hashable, Sendable {
  package var name: DomainName
  /// All texts at the name.
  package var texts: [TextRecord] = []
  /// What they are worth; nil where none of them is meant as one of the type.
  package var judgement: PolicyJudgement?
  /// The question failed.
  package var failure: Outcome.Failure?

  init(_ name: DomainName) { self.name = name }
}

/// Who takes the mail.
package struct MXFacts: Hashable, Sendable {
  package struct Host: Hashable, Sendable {
    package var preference: UInt16
    package var name: DomainName
    package var v4: [IPAddress] = []
    package var v6: [IPAddress] = []
    /// Where a CNAME at the name leads.
    package var alias: DomainName?
    /// Its addresses were not answered.
    package var failure: Outcome.Failure?
    /// Whether its addresses are vouched for by DNSSEC.
    package var isSecure = false
    package var tlsa: [TLSARecord] = []
    package var tlsaFailure: Outcome.Failure?
    package var tlsaIsSecure = false
    /// Whether a host of the domain's own has an SPF record; nil where that is not known, or not its business.
    package var hasSPF: Bool?

    package var addresses: [IPAddress] { v4 + v6 }
  }

  /// The most preferred first.
  package var hosts: [Host] = []
  /// `MX 0 .`: no mail is taken (RFC 7505).
  package var hasNull = false
  /// The preference of the null MX.
  package var nullPreference: UInt16 = 0
  package var failure: Outcome.Failure?
}

package struct SPFFacts: Sendable {
  package var record: RecordFacts
  /// What is in the tree of includes; nil where there is no record.
  package var tree: SPFTree.Report?
  /// The record without its faults, where there is exactly one.
  package var parsed: SPFRecord?
  /// What is wrong behind `exp=`; nil where nothing is.
  package var explanation: (name: DomainName, problem: String)?
  /// Another name that has the record, where the domain has none.
  package var misplaced: DomainName?

  /// Whether nobody may send: nothing but `-all`.
  package var isClosed: Bool {
    guard let parsed, parsed.redirect == nil, parsed.directives.count == 1 else { return false }
    return parsed.directives[0].mechanism == .all && parsed.directives[0].qualifier == .fail
  }
}

package struct DMARCFacts: Sendable {
  package var record: RecordFacts
  /// The domain whose `_dmarc` name has the record that is used; nil where none is.
  package var location: DomainName?
  package var discovery: DMARCDiscovery.Result?
  /// Report addresses of others, and whether they agree.
  package var consents: [(address: ReportAddress, consent: DMARCReportCheck.Consent)] = []
  /// The text that stands at the domain itself instead.
  package var misplaced: DomainName?

  /// What receivers apply to mail of the domain.
  package var policy: DMARCRecord.Policy? { discovery?.byTreeWalk.policy }
  package var used: DMARCRecord? { discovery?.byTreeWalk.record }
}

package struct DKIMFacts: Sendable {
  package struct Key: Sendable {
    package var selector: DomainName
    package var judgement: KeyJudgement
    package var records: [TextRecord]
    package var alias: DomainName?
  }

  package var keys: [Key] = []
  /// Given selectors without a key, and those that were not answered.
  package var absent: [DomainName] = []
  package var unanswered: [DomainName] = []
  /// CNAMEs at selectors that lead to no record.
  package var dangling: [(selector: DomainName, target: DomainName)] = []
  /// What `_domainkey` itself says: NXDOMAIN there means that no key can be below it.
  package var base: Outcome = .nodata
  /// Whether any name below `_domainkey` has an answer.
  package var hasWildcard = false
  /// How many selectors were tried.
  package var tried = 0
}

package struct MTASTSFacts: Sendable {
  package var record: RecordFacts
  /// The addresses of the host with the policy; nil where it was not asked for.
  package var addresses: [IPAddress]?
  package var addressFailure: Outcome.Failure?
  package var fetched: AuditFetch.Result?
  package var url: String
  package var policyJudgement: PolicyJudgement?
  package var policy: MTASTSPolicy?

  /// Whether the record is one that senders use.
  package var isOn: Bool { record.judgement?.valid == true }
}

package struct BIMIFacts: Sendable {
  package var record: RecordFacts
  package var logo: (url: String, result: AuditFetch.Result)?
  package var evidence: (url: String, result: AuditFetch.Result)?
}

package struct CAAFacts: Sendable {
  /// The name that needs certificates.
  package var name: DomainName
  /// Where records were found, going up.
  package var location: DomainName?
  package var records: [CAARecord] = []
  package var judgement: PolicyJudgement?
  package var failure: Outcome.Failure?
}

/// A domain that nobody has registered.
package struct FreeDomain: Hashable, Sendable {
  package enum Use: Hashable, Sendable {
    case mx, spf, reports
  }

  package var domain: DomainName
  package var use: Use
  /// The term, host or address that names it.
  package var source: String
}

/// What is known of the client of `--client`.
package struct ClientFacts: Sendable {
  package var client: SPFClient
  package var spf: SPFOutcome?
  package var helo: SPFOutcome?
  /// The names of its PTR records, and those of them that lead back to the address.
  package var pointers: [DomainName] = []
  package var confirmed: [DomainName] = []
  package var pointerFailure: Outcome.Failure?
  /// Whether the HELO name leads to the address; nil where it is no name.
  package var heloResolves: Bool?
}
