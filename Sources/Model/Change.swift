// What one look changes: the unit that Storage commits.

/// Everything that one look changes; written in one transaction, or not at all.
public struct Change: Sendable {
  public var at: Timestamp
  public var watches: [KeyName: WatchMemory]
  public var zones: [DomainName: ZoneMemory]
  public var views: [String: ViewMemory]
  /// The answers of the look. Storage ends the spans that differ and leaves equal ones alone. A server of the
  /// same key and view that is not among them has left the delegation: its span ends.
  public var sightings: [Sighting]
  /// When the watches of the sightings were last asked without anything new, after their last look: a span that ends
  /// was true until then. Adds nothing to write.
  public var unchangedUntil: [KeyName: Timestamp]
  public var events: [Event]
  public var incidents: [Incident]
  public var deliveries: [Delivery]
  /// What audits came to.
  public var audits: [AuditChange]
  /// The acknowledgements that this change takes up, whatever came of them: they wait no longer.
  public var acknowledged: [Acknowledgement]

  public init(at: Timestamp) {
    self.at = at
    watches = [:]
    zones = [:]
    views = [:]
    sightings = []
    unchangedUntil = [:]
    events = []
    incidents = []
    deliveries = []
    audits = []
    acknowledged = []
  }

  /// Whether there is nothing to write.
  public var isEmpty: Bool {
    watches.isEmpty && zones.isEmpty && views.isEmpty && sightings.isEmpty && events.isEmpty && incidents.isEmpty
      && deliveries.isEmpty && audits.isEmpty && acknowledged.isEmpty
  }
}
