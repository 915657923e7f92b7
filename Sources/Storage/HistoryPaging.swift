// What pages and the API read: a page at a time, however many watches, events and deliveries there are.

package import Model
package import Reporting

/// Reads in pages, each from where the one before ended.
package protocol HistoryPaging: Sendable {
  /// A page of the watches that are monitored.
  func watchPage(_ query: WatchQuery) async throws(StorageError) -> WatchPage
  /// How many watches there are by verdict; those of a query without its verdicts.
  func verdictCounts(_ query: WatchQuery) async throws(StorageError) -> [Verdict: Int]
  /// What is known of one watch; nil where it was never looked at, or is monitored no more.
  func watchMemory(of key: KeyName) async throws(StorageError) -> WatchMemory?
  /// What is known of the views.
  func viewMemories() async throws(StorageError) -> [String: ViewMemory]
  /// What is known of the zone with this apex.
  func zoneMemory(of zone: DomainName) async throws(StorageError) -> ZoneMemory?
  /// What servers said to some watches since a time, without the texts.
  func strips(of keys: [KeyName], since: Timestamp) async throws(StorageError) -> [KeyName: [StripSpan]]
  /// Events, newest first, each with the number that a further page begins after.
  func eventPage(_ query: EventQuery) async throws(StorageError) -> [(number: Int64, event: Event)]
  /// Incidents, newest first.
  func incidentPage(_ query: IncidentQuery) async throws(StorageError) -> [RecordedIncident]
  /// Deliveries, newest first.
  func deliveryPage(_ query: DeliveryQuery) async throws(StorageError) -> [(number: Int64, delivery: QueuedDelivery)]
  /// Who signs mail as this domain, those with the most messages of thirty days first.
  func census(of domain: DomainName, at time: Timestamp, limit: Int) async throws(StorageError) -> [CensusItem]
}
