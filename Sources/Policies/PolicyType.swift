// The kinds of policy text.

/// What a policy text is.
public enum PolicyType: String, Hashable, Sendable, Codable, CaseIterable {
  case spf
  case dmarc
  /// The TXT record at `_mta-sts`.
  case mtaSTS = "mta-sts"
  /// The file at `https://mta-sts.<domain>/.well-known/mta-sts.txt`.
  case mtaSTSPolicy = "mta-sts-policy"
  case tlsRPT = "tls-rpt"
  case bimi
  case caa
  case tlsa

  /// As it stands in a sentence: `SPF record`.
  public var title: String {
    switch self {
    case .spf: "SPF record"
    case .dmarc: "DMARC record"
    case .mtaSTS: "MTA-STS record"
    case .mtaSTSPolicy: "MTA-STS policy"
    case .tlsRPT: "TLS-RPT record"
    case .bimi: "BIMI record"
    case .caa: "CAA record"
    case .tlsa: "TLSA record"
    }
  }

  /// How such a text begins.
  public var example: String {
    switch self {
    case .spf: "v=spf1 mx -all"
    case .dmarc: "v=DMARC1; p=none; rua=mailto:…"
    case .mtaSTS: "v=STSv1; id=…"
    case .mtaSTSPolicy: "version: STSv1"
    case .tlsRPT: "v=TLSRPTv1; rua=mailto:…"
    case .bimi: "v=BIMI1; l=https://…"
    case .caa: "0 issue \"ca.example\""
    case .tlsa: "3 1 1 <SHA-256 in hexadecimal>"
    }
  }
}
