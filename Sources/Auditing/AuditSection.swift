// The sections of the report, and the areas of the score that they belong to.

/// One section of the report, in the order of reading.
public enum AuditSection: String, Hashable, Sendable, Codable, CaseIterable {
  case delegation, nameservers, zone, dnssec, takeover
  case mx, spf, dkim, dmarc
  case mtaSTS = "mta-sts"
  case tlsRPT = "tls-rpt"
  case dane, bimi, caa

  /// Those that the survey of mail is for.
  static let ofMail: [AuditSection] = [.mx, .spf, .dkim, .dmarc, .mtaSTS, .tlsRPT, .dane, .bimi, .caa]

  /// As a heading.
  public var title: String {
    switch self {
    case .delegation: "Delegation"
    case .nameservers: "Name servers"
    case .zone: "Zone"
    case .dnssec: "DNSSEC"
    case .takeover: "Takeover and forgery"
    case .mx: "MX: receiving mail"
    case .spf: "SPF: who may send"
    case .dkim: "DKIM: signatures"
    case .dmarc: "DMARC: what receivers do with forgeries"
    case .mtaSTS: "MTA-STS: encryption that cannot be stripped"
    case .tlsRPT: "TLS-RPT: reports about encryption"
    case .dane: "DANE: certificates by DNS"
    case .bimi: "BIMI: the logo"
    case .caa: "CAA: who may issue certificates"
    }
  }

  /// Whose budget a finding takes points from.
  public var area: AuditArea {
    switch self {
    case .delegation, .nameservers, .zone, .dnssec: .zone
    case .takeover: .takeover
    case .mx, .mtaSTS, .tlsRPT, .dane, .caa: .receiving
    case .spf: .spf
    case .dkim: .dkim
    case .dmarc, .bimi: .dmarc
    }
  }
}

/// A part of the score. No area loses more than its budget.
public enum AuditArea: String, Hashable, Sendable, Codable, CaseIterable {
  case zone, receiving, spf, dkim, dmarc, takeover

  /// In tenths of a point; all of them together are 100.
  public var budget: Int {
    switch self {
    case .zone, .receiving, .dmarc: 20
    case .spf, .dkim: 15
    case .takeover: 10
    }
  }

  /// As a row of the table of points.
  public var title: String {
    switch self {
    case .zone: "delegation, name servers, zone and DNSSEC"
    case .receiving: "receiving mail: MX, MTA-STS, TLS-RPT, DANE, CAA"
    case .spf: "SPF"
    case .dkim: "DKIM"
    case .dmarc: "DMARC and BIMI"
    case .takeover: "takeover and forgery"
    }
  }
}
