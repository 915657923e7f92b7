// Whose turn it is: every server gets what its rate and its window allow, and no more than the others in one round.

import Model

extension EngineLoop {
  /// Puts a server into the list of those that may send.
  func markReady(_ server: Int) {
    guard !servers.servers[server].isReady, !servers.servers[server].isThrottled else { return }
    servers.servers[server].isReady = true
    ready.append(server)
  }

  /// A slot is free again.
  func slotIsFree() {
    for server in starved { markReady(server) }
    starved.removeAll(keepingCapacity: true)
  }

  func sendWhatMayBeSent() {
    // Each server has one turn a round, so that a long queue does not hold up the short ones.
    for _ in 0..<ready.count {
      guard let server = ready.popFirst() else { return }
      servers.servers[server].isReady = false
      giveTurn(to: server)
    }
  }

  /// The most questions of one turn.
  private static let turn = 64

  private func giveTurn(to server: Int) {
    for _ in 0..<Self.turn {
      if let reference = servers.servers[server].turns.first {
        // A late message may have ended the query, or have changed its course and put it into the queue again.
        guard slots.isCurrent(reference), slots.slots[reference.slot].waiting == .turn else {
          _ = servers.servers[server].turns.popFirst()
          continue
        }
        guard takeToken(of: server, for: reference) else { return }
        _ = servers.servers[server].turns.popFirst()
        go(reference.slot)
      } else if let next = servers.servers[server].pending.first {
        guard servers.servers[server].inFlight < servers.servers[server].window.limit else { return }
        guard slots.hasRoom else {
          starved.append(server)
          return
        }
        let rate = batches[Int(next.batch)]?.queries[Int(next.query)].rate ?? 1
        guard takeToken(of: server, rate: rate) else { return }
        _ = servers.servers[server].pending.popFirst()
        begin(next, at: server)
      } else {
        return
      }
    }
    markReady(server)
  }

  private func takeToken(of server: Int, for reference: SlotReference) -> Bool {
    let slot = slots.slots[reference.slot]
    return takeToken(of: server, rate: batches[Int(slot.batch)]?.queries[Int(slot.query)].rate ?? 1)
  }

  /// Whether the server may be asked now; if not, it is woken when it may.
  private func takeToken(of server: Int, rate: Int) -> Bool {
    guard let later = servers.servers[server].rate.take(rate: rate, now: now) else { return true }
    servers.servers[server].isThrottled = true
    wheel.schedule(SlotTable.capacity + server, at: later)
    return false
  }
}
