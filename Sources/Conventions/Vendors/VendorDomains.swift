// Domains of vendors below which customers have names of their own: only the vendor can add a record there.

public import Model

/// A domain whose zone a vendor keeps for its customers.
public struct VendorDomain: Hashable, Sendable {
  public var vendor: String
  public var domain: DomainName

  /// The vendor's domain that a name belongs to; nil where it is none that is known.
  public static func holding(_ name: DomainName) -> VendorDomain? { all.first { name.isWithin($0.domain) } }

  private static let all: [VendorDomain] = [
    ("Microsoft 365", "onmicrosoft.com"), ("Microsoft 365", "onmicrosoft.us"), ("Microsoft 365", "onmicrosoft.de"),
    ("Microsoft 365", "partner.onmschina.cn"), ("Google Workspace", "gappssmtp.com"),
    ("Azure Communication Services", "azurecomm.net"), ("Amazon SES", "amazonses.com"), ("Mailgun", "mailgun.org"),
    ("SendGrid", "sendgrid.net"),
  ].compactMap { vendor, text in (try? DomainName(text)).map { VendorDomain(vendor: vendor, domain: $0) } }
}
