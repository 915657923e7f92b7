// What a change is completed with before it is written: the mail that hangs on each event, silences, deliveries.

internal import Alerting
internal import Logging
internal import Model
internal import Storage

/// Completes changes by what the machine cannot know.
struct ChangeCompletion: Sendable {
  /// How long an event waits for the policy of its domain: it is told without, rather than late.
  private static let policyPatience = Duration.milliseconds(400)

  let mail: any MailStore
  /// Says which DMARC policy holds; nil where nobody asks.
  let policies: DMARCPolicies?
  let silences: any SilenceStore
  let identifiers: IdentifierSource
  let logger: Logger

  func complete(_ change: Change, for receivers: [Receiver]) async -> Change {
    var change = change
    if !change.events.isEmpty {
      await addUse(to: &change)
      await silence(&change)
      change.deliveries += Routing.deliveries(
        for: change.events, to: receivers, identifiers: identifiers, incidents: change.incidents,
        told: await receiversTold(in: change), at: change.at)
    }
    change.deliveries += await acknowledgements(in: change, for: receivers)
    return change
  }

  /// Says with each event of a key how much mail hangs on it.
  private func addUse(to change: inout Change) async {
    let keys = Set(change.events.compactMap(\.key))
    guard !keys.isEmpty, let use = try? await mail.mailUse(of: Array(keys), at: change.at), !use.isEmpty else { return }
    let told = change.events.filter { $0.type != .selectorRecovered }.compactMap(\.key?.domain)
    let found = await policies?.policies(of: Set(told), within: Self.policyPatience) ?? [:]
    for index in change.events.indices {
      guard let key = change.events[index].key else { continue }
      change.events[index].use = use[key]
      change.events[index].use?.dmarcPolicy = found[key.domain]
    }
  }

  /// Marks the events that a person wants nobody to be told of. Where that cannot be read, too much is told.
  private func silence(_ change: inout Change) async {
    do {
      Routing.silence(&change.events, by: try await silences.silences(endingAfter: change.at), at: change.at)
    } catch {
      logger.error("cannot read the silences; alerts are sent", metadata: ["error": "\(error)"])
    }
  }

  /// What tells receivers of the acknowledgements of a change.
  private func acknowledgements(in change: Change, for receivers: [Receiver]) async -> [Delivery] {
    let ids = Set(change.acknowledged.map(\.incident))
    let incidents = change.incidents.filter { ids.contains($0.id) }
    guard !incidents.isEmpty, let told = try? await silences.receiversTold(of: incidents.map(\.id)) else { return [] }
    return Routing.acknowledgements(of: incidents, told: told, to: receivers, identifiers: identifiers, at: change.at)
  }

  /// Who was told of what the recoveries of a change end; nothing of incidents that it opens too, and nothing where that
  /// cannot be read: then too much is told.
  private func receiversTold(in change: Change) async -> [String: Set<String>] {
    let opened = Set(change.events.filter { !$0.type.isRecovery }.compactMap(\.incident))
    let ended = Set(change.events.filter(\.type.isRecovery).compactMap(\.incident)).subtracting(opened)
    guard !ended.isEmpty else { return [:] }
    do {
      return try await silences.receiversTold(of: Array(ended))
    } catch {
      logger.error("cannot read who was alerted; all are told of the recovery", metadata: ["error": "\(error)"])
      return [:]
    }
  }
}
