// Selectors that belong to no vendor: what software and its manuals propose for a server of one's own.

public import Model

/// Selectors that many domains have.
public enum UsualSelectors {
  /// Those that software proposes, the most frequent first: OpenDKIM, cPanel and Plesk (default), rspamd and mailcow (dkim),
  /// Postfix's and Exim's guides (mail, dkim), Mail-in-a-Box (mail), YunoHost (mail), Modoboa (modoboa), iRedMail (dkim).
  public static let ofSoftware: [DomainName] = names([
    "default", "dkim", "mail", "email", "smtp", "key", "key1", "dkim1", "s", "mx", "mta", "main", "modoboa", "server",
    "postfix", "exim", "opendkim", "rspamd",
  ])

  /// Some of all kinds: a domain that has any key at all most likely has one of these.
  public static let sample: [DomainName] = names([
    "default", "google", "selector1", "selector2", "s1", "k1", "k2", "mail", "dkim",
  ])

  /// All that are known, each once: those of software, then those that are the same with every customer of a vendor.
  public static let all: [DomainName] = {
    var seen: Set<DomainName> = []
    return (ofSoftware + Vendors.selectors).filter { seen.insert($0).inserted }
  }()

  private static func names(_ texts: [String]) -> [DomainName] { texts.compactMap { try? DomainName($0) } }
}
