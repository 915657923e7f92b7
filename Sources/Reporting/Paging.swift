// Questions that are answered a page at a time, and what a page holds: for pages, API and the database that answers them.

package import Model

/// Which watches, and in which order.
package struct WatchQuery: Hashable, Sendable {
  package enum Order: String, Hashable, Sendable, CaseIterable {
    /// The worst first, then by name.
    case verdict
    case name
    /// What changed last comes first.
    case changed
  }

  /// A part of the key name, in lower case; nil for all.
  package var search: String?
  package var verdicts: [Verdict] = []
  package var states: [State] = []
  /// The signing domain.
  package var domain: DomainName?
  /// A domain with everything below it.
  package var within: DomainName?
  /// Only these; nil for all.
  package var keys: [KeyName]?
  package var order = Order.verdict
  /// Where the page before ended: what `WatchPage.next` said.
  package var after: String?
  package var limit = 50

  package init() {}
}

/// A page of watches.
package struct WatchPage: Sendable {
  package var watches: [(key: KeyName, memory: WatchMemory)]
  /// Where the next page begins; nil where this is the last.
  package var next: String?

  package init(watches: [(key: KeyName, memory: WatchMemory)], next: String?) {
    self.watches = watches
    self.next = next
  }
}

/// What one server of one view said for a time, in one word.
package struct StripSpan: Hashable, Sendable {
  package var view: String
  package var server: String
  package var firstSeen: Timestamp
  /// nil where it is current.
  package var lastSeen: Timestamp?
  package var outcome: Outcome
  /// The number of the answer in this database: equal where the answers are.
  package var answer: Int64

  package init(
    view: String, server: String, firstSeen: Timestamp, lastSeen: Timestamp?, outcome: Outcome, answer: Int64
  ) {
    self.view = view
    self.server = server
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.outcome = outcome
    self.answer = answer
  }
}

/// Which events; everything that is nil does not restrict.
package struct EventQuery: Hashable, Sendable {
  package var domain: DomainName?
  /// Of this zone.
  package var zone: DomainName?
  package var types: [EventType] = []
  package var selector: DomainName?
  package var incident: String?
  package var before: Int64?
  package var limit = 50

  package init() {}
}

/// Which incidents.
package struct IncidentQuery: Hashable, Sendable {
  /// Only open ones, only closed ones, or all with nil.
  package var isOpen: Bool?
  package var id: String?
  /// A key name, or `view:<name>`.
  package var subject: String?
  /// Where the page before ended: the last incident of it.
  package var after: String?
  package var limit = 50

  package init() {}
}

/// Which deliveries.
package struct DeliveryQuery: Hashable, Sendable {
  package var statuses: [Delivery.Status] = []
  package var receiver: String?
  package var domain: DomainName?
  package var selector: DomainName?
  package var before: Int64?
  package var limit = 50

  package init() {}
}

/// An incident and the event that opened it.
package struct IncidentItem: Hashable, Sendable {
  package var incident: Incident
  /// nil where it was pruned.
  package var opening: Event?

  package init(incident: Incident, opening: Event?) {
    self.incident = incident
    self.opening = opening
  }
}

/// What the mail here says of one selector of a domain.
package struct CensusItem: Hashable, Sendable, Encodable {
  /// nil where the source names the domain alone.
  package var selector: DomainName?
  package var firstSeen: Timestamp
  package var lastSeen: Timestamp
  /// Messages of the last thirty days by result: a word of RFC 8601, or `signed`.
  package var results: [String: Int]

  package init(selector: DomainName?, firstSeen: Timestamp, lastSeen: Timestamp, results: [String: Int]) {
    self.selector = selector
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.results = results
  }

  package var messages: Int { results.values.reduce(0, +) }
}
