// What time alone changes, and what people say.

internal import Model
internal import Rotation

extension MonitoringMachine {
  mutating func tick(_ draft: inout Draft, _ actions: inout [Action]) {
    let now = draft.change.at
    actions += tickMail(at: now)
    for name in known.views.keys.sorted() {
      draft.put(viewMachine.tick(draft.view(name), view: name, at: now), of: name)
    }
    var questions: [String] = []
    for view in views where health.mustAsk(view.name, isDown: draft.view(view.name).downSince != nil, at: now) {
      questions.append(view.name)
    }
    if !questions.isEmpty { actions.append(.control(questions)) }
    for key in timeDependent {
      guard let watch = watches[key] else { continue }
      let memory = draft.memory(of: key)
      if let rotation = watch.rotation, let due = memory.rotation?.lookDue, due <= now {
        for key in [rotation.new, rotation.old] { draft.lookAgain(at: key, after: .zero) }
      }
      guard let next = watchMachine.nextTick(memory), next <= now, settlements[key] == nil else { continue }
      draft.put(
        watchMachine.tick(memory, watch: watch, zone: memory.zone.flatMap(draft.zone), at: now), of: key)
    }
  }

  func take(_ acknowledgements: [Acknowledgement], _ draft: inout Draft) {
    for acknowledgement in acknowledgements {
      draft.put(acknowledgement)
      switch known.subject(ofIncident: acknowledgement.incident) {
      case .watch(let key)?:
        guard let watch = watches[key] else { continue }
        draft.put(
          watchMachine.acknowledge(acknowledgement, draft.memory(of: key), watch, at: draft.change.at), of: key)
      case .view(let name)?: draft.put(viewMachine.acknowledge(acknowledgement, draft.view(name)), of: name)
      case nil: continue
      }
    }
  }
}

extension WatchMemory {
  /// Whether time alone may change this.
  var isTimeDependent: Bool {
    suspicion != nil || warning != nil || incident != nil || openChange != nil || openSilence != nil || !caches.isEmpty
      || rotation?.lookDue != nil
  }
}
