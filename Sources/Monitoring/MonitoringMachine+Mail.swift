// What mail makes the monitor do: look at once, watch what nobody named, forget it again.

internal import Model

extension MonitoringMachine {
  /// What is to be done at once, and what is to be told.
  mutating func takeMail(_ news: MailNews, at now: Timestamp) -> (actions: [Action], discovered: [KeyName]) {
    var actions: [Action] = []
    var discovered: [KeyName] = []
    let domains =
      news.new.isEmpty ? [] : Set(watches.lazy.filter { !$0.isLearned && $0.key.isKey }.map(\.key.domain))
    let wanted = mail.receive(
      news, isWatched: watches.contains, isDomainWatched: { domains.contains($0) }, at: now)
    for action in wanted { carry(action, &actions, &discovered) }
    if let learned = mail.takeUnkept() { actions.append(.keep(learned)) }
    return (actions, discovered)
  }

  /// What time alone changes: learned watches that no mail names any more.
  mutating func tickMail(at now: Timestamp) -> [Action] {
    guard mail.isDue(at: now) else { return [] }
    var actions: [Action] = []
    var discovered: [KeyName] = []
    let wanted = mail.tick(isOpen: { known.memory(of: $0).openIncident != nil }, at: now)
    for action in wanted { carry(action, &actions, &discovered) }
    if let learned = mail.takeUnkept() { actions.append(.keep(learned)) }
    return actions
  }

  /// What is told of keys that sign no mail any more: of those that are published as expected and that nothing else is
  /// told of. The old key of a rotation is silent because it should be. What was told ends with the next mail.
  func take(_ silence: MailSilence, _ draft: inout Draft, at now: Timestamp) {
    for (key, lastMail) in silence.ended.sorted(by: { $0.key < $1.key }) {
      guard let watch = watches[key] else { continue }
      draft.put(watchMachine.heard(watch, draft.memory(of: key), lastMail: lastMail, at: now), of: key)
    }
    let retiring = Set(watches.kinds.compactMap(\.rotation?.old))
    for (mail, rhythm) in silence.told(at: now) {
      let memory = draft.memory(of: mail.key)
      guard let watch = watches[mail.key], memory.state == .published, memory.openIncident == nil,
        memory.openSilence == nil, watch.expectation.state ?? .published == .published, !retiring.contains(mail.key)
      else { continue }
      draft.put(watchMachine.silent(watch, memory, mail, rhythm, at: now), of: mail.key)
    }
  }

  private mutating func carry(
    _ action: MailMachine.Action, _ actions: inout [Action], _ discovered: inout [KeyName]
  ) {
    switch action {
    case .look(let key, let delay): actions.append(.lookAgain(key, after: delay))
    case .discovered(let key): discovered.append(key)
    case .watch(let key):
      watches[key] = mail.watch(key)
      actions.append(.watch(key, every: mail.policy.interval))
    case .forget(let key):
      watches[key] = nil
      known.forget(key)
      actions.append(.forget([key]))
    }
  }
}
