// Hosts of DNS zones: what their panel wants in which field.

public import Model

/// A company that serves zones, and the form of its panel; or a zone file, where nobody is recognised.
public struct DNSHost: Hashable, Sendable {
  /// What people call it.
  public var name: String
  /// What its name servers are called.
  public var servers: [NamePattern]
  /// Where the form is, from the outside to the inside: `DNS > Records > Add record`.
  public var place: String
  public var fields: Fields
  public var nameForm: NameForm
  public var textForm: TextForm
  public var targetForm: TargetForm
  /// What to choose besides for a CNAME, as `Proxy status: DNS only`; nil where nothing.
  public var aliasSetting: Setting?
  /// A name server of this host.
  public var example: DomainName?
  /// Where the panel is described.
  public var source: String
  /// What a reader should know besides; empty where nothing.
  public var note: String

  /// The words of the form.
  public struct Fields: Hashable, Sendable {
    public var type: String
    public var name: String
    /// For the data of a TXT record.
    public var text: String
    /// For the target of a CNAME record.
    public var target: String
    /// For the TTL, and what to enter; nil where the panel has no such field.
    public var ttl: Setting?
  }

  /// A field and what goes into it.
  public struct Setting: Hashable, Sendable {
    public var field: String
    public var value: String
  }

  /// What goes into the field of the name.
  public enum NameForm: Hashable, Sendable {
    /// The name without the zone, which the panel appends; `apex` stands for the zone itself.
    case relative(apex: String)
    /// The whole name, without a final dot.
    case absolute
  }

  /// How the data of a TXT record is entered.
  public enum TextForm: String, Hashable, Sendable, CaseIterable {
    /// As it is, in one piece: the panel quotes and splits it.
    case plain
    /// As in a zone file: in quotation marks, in strings of at most 255 bytes with blanks between.
    case strings
  }

  /// How the target of a CNAME record is entered.
  public enum TargetForm: String, Hashable, Sendable, CaseIterable {
    /// Without a final dot.
    case plain
    /// With a final dot: without it the panel appends the zone.
    case dot
  }

  /// Who edits a zone file, or uses a panel that is not known, needs the line as it stands in one.
  public static let zoneFile = DNSHost(
    name: "zone file", servers: [], place: "",
    fields: Fields(type: "", name: "", text: "", target: "", ttl: nil), nameForm: .absolute, textForm: .strings,
    targetForm: .dot, aliasSetting: nil, example: nil, source: "RFC 1035, section 5", note: "")

  /// Whether this is the zone file and no panel.
  public var isZoneFile: Bool { servers.isEmpty }
}
