// Whether a view works at all: what is silent in it waits until a control question has shown that.

internal import Model

extension MonitoringMachine {
  /// Takes in a look, once every view that is silent in it is proven to work, or not to.
  mutating func take(
    _ one: HeldLook, _ draft: inout Draft, _ actions: inout [Action], _ looked: inout Set<KeyName>
  ) {
    let look = one.look
    guard watches.contains(look.key) else { return }
    var questions: [String] = []
    var mustWait = false
    for answer in look.views {
      guard answer.isSilent else {
        answered(answer.view, &draft)
        continue
      }
      switch health.fail(answer.view, zone: answer.delegation?.zone ?? look.key.domain, at: draft.change.at) {
      case .proven: break
      case .ask:
        questions.append(answer.view)
        mustWait = true
      case .wait: mustWait = true
      }
    }
    if !questions.isEmpty { actions.append(.control(questions)) }
    if mustWait {
      held.append(one)
    } else {
      judge(one, &draft, &actions, &looked)
    }
  }

  /// A view answers for some watch: it is up.
  mutating func answered(_ view: String, _ draft: inout Draft) {
    health.answer(view, at: draft.change.at)
    guard let view = views.first(where: { $0.name == view }) else { return }
    draft.put(viewMachine.answered(draft.view(view.name), view: view.name, at: draft.change.at), of: view.name)
  }

  mutating func take(
    _ results: [ControlResult], _ draft: inout Draft, _ actions: inout [Action], _ looked: inout Set<KeyName>
  ) {
    for result in results {
      guard let view = views.first(where: { $0.name == result.view }) else { continue }
      let zones = health.take(result, at: draft.change.at)
      draft.put(
        viewMachine.receive(
          result, draft.view(view.name), isAuthoritative: view.isAuthoritative, zones: zones,
          zonesWatched: zonesWatched(in: view.name), at: draft.change.at), of: view.name)
    }
    let isReady = { [health] (one: HeldLook) in !one.look.views.contains { health.isAsked($0.view) } }
    let ready = held.filter(isReady)
    held.removeAll(where: isReady)
    for one in ready { judge(one, &draft, &actions, &looked) }
  }

  /// How many zones are watched in a view; more than two do not matter.
  private func zonesWatched(in view: String) -> Int {
    var zones: Set<DomainName> = []
    for watch in watches where watch.views?.contains(view) ?? true {
      zones.insert(known.zoneName(of: watch.key) ?? watch.key.domain)
      if zones.count == 2 { break }
    }
    return zones.count
  }
}
