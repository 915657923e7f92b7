// All watches of a configuration: those that stand in it, then those of its lists, each key name once.

internal import Model

/// Gathers watches and finds repeats.
struct WatchGathering {
  let draft: Draft
  /// The path of the configuration file.
  let file: String
  private(set) var watches: [Watch] = []
  private(set) var lists: [Configuration.WatchList] = []

  /// Of one list, so many bad lines and repeats are told one by one; the rest is told as a number.
  static let warningsPerList = 100

  /// Where each key name stands: the index of its watch.
  private var known: [KeyName: Int] = [:]

  init(draft: Draft, file: String) {
    self.draft = draft
    self.file = file
  }

  mutating func gather(fingerprint: (String) -> Result<String, PinnedKeyError>, _ log: inout IssueLog) {
    var locations: [SourceLocation] = []
    for watch in draft.watches {
      let terms = settled(watch.terms, fingerprint: fingerprint, &log)
      for selector in watch.selectors {
        guard let domain = watch.domain, let key = keyName(selector, domain, &log) else { continue }
        if let earlier = known[key] {
          log.refuse(
            selector.location,
            "\(shown(key)) is watched already, by \(locations[earlier].path); watch each key name once")
          continue
        }
        known[key] = watches.count
        locations.append(selector.location)
        watches.append(terms.watch(key))
      }
      if let rotation = watch.rotation {
        gather(rotation, of: watch, terms, &locations, fingerprint: fingerprint, &log)
      }
    }
    for recordSet in draft.recordSets { gather(recordSet, &locations, fingerprint: fingerprint, &log) }
    for list in draft.watchLists {
      let terms = settled(list.terms, fingerprint: fingerprint, &log)
      if let path = list.file { read(path, terms, explicit: locations, &log) }
    }
  }

  private mutating func gather(
    _ recordSet: RecordSetDraft, _ locations: inout [SourceLocation],
    fingerprint: (String) -> Result<String, PinnedKeyError>, _ log: inout IssueLog
  ) {
    var terms = settled(recordSet.terms, fingerprint: fingerprint, &log)
    guard let name = recordSet.name, let type = recordSet.type else { return }
    terms.expectation = recordSet.expectation ?? Expectation()
    let key = KeyName(recordSet: name.value, type)
    if let earlier = known[key] {
      log.refuse(
        name.location, "\(shown(key)) is watched already, by \(locations[earlier].path); watch each record set once")
      return
    }
    known[key] = watches.count
    locations.append(name.location)
    watches.append(terms.watch(key))
  }

  /// Watches both selectors of a rotation, where the same watch does not name them already.
  private mutating func gather(
    _ draft: RotationDraft, of watch: WatchDraft, _ terms: Configuration.WatchTerms,
    _ locations: inout [SourceLocation],
    fingerprint: (String) -> Result<String, PinnedKeyError>, _ log: inout IssueLog
  ) {
    guard let domain = watch.domain, let from = draft.old, let to = draft.new, from.value != to.value,
      let old = keyName(from, domain, &log), let new = keyName(to, domain, &log)
    else { return }
    var rotation = Rotation(old: old, new: new)
    if let key = draft.key {
      switch fingerprint(key.value) {
      case .success(let text): rotation.fingerprint = text
      case .failure(let error): log.refuse(key.location, error.message)
      }
    }
    if terms.expectation.fingerprint != nil || terms.expectation.state.map({ $0 != .published }) ?? false {
      log.refuse(
        from.location,
        "'expect' applies to both keys of the rotation; pin the new key by 'key' in 'rotation' instead")
    }
    for (key, location) in [(old, from.location), (new, to.location)] {
      let own = watch.selectors.contains { $0.value == key.selector }
      if let earlier = known[key] {
        if own, watches[earlier].rotation == nil {
          watches[earlier].rotation = rotation
        } else {
          log.refuse(
            location, "\(shown(key)) is watched already, by \(locations[earlier].path); watch each key name once")
        }
        continue
      }
      known[key] = watches.count
      locations.append(location)
      watches.append(terms.watch(key))
      watches[watches.count - 1].rotation = rotation
    }
  }

  // MARK: One watch

  private func keyName(
    _ selector: Located<DomainName>, _ domain: Located<DomainName>, _ log: inout IssueLog
  ) -> KeyName? {
    do throws(DomainNameError) {
      return try KeyName(selector: selector.value, domain: domain.value)
    } catch {
      log.refuse(selector.location, "joined with the domain \(InternationalName.display(domain.value)), \(error)")
      return nil
    }
  }

  private func shown(_ key: KeyName) -> String {
    guard key.isKey else { return "\(InternationalName.display(key.name)) \(key.type)" }
    return "selector \(InternationalName.display(key.selector).quoted) of \(InternationalName.display(key.domain))"
  }

  private func settled(
    _ terms: WatchTermsDraft, fingerprint: (String) -> Result<String, PinnedKeyError>, _ log: inout IssueLog
  ) -> Configuration.WatchTerms {
    var names: [String] = []
    for name in terms.views ?? [] {
      if !draft.viewNames.contains(name.value) {
        let known = draft.viewNames.sorted()
        let hint = nearestWord(to: name.value, among: known).map { "; did you mean '\($0)'?" } ?? ""
        log.refuse(
          name.location, "there is no view \(name.value.quoted); the views are: \(known.joined(separator: ", "))\(hint)"
        )
      } else if names.contains(name.value) {
        log.refuse(name.location, "the view \(name.value.quoted) is here twice; keep one of the two")
      }
      names.append(name.value)
    }
    var expectation = Expectation(
      state: terms.expectation?.state, fingerprint: terms.expectation?.fingerprint,
      minimumBits: terms.expectation?.minimumBits)
    if let key = terms.expectation?.key {
      switch fingerprint(key.value) {
      case .success(let text): expectation.fingerprint = text
      case .failure(let error): log.refuse(key.location, error.message)
      }
    }
    return Configuration.WatchTerms(
      interval: terms.interval ?? draft.configuration.interval, views: terms.views == nil ? nil : names,
      expectation: expectation, isOurs: terms.isOurs, labels: terms.labels, note: terms.note)
  }

  // MARK: Lists

  private mutating func read(
    _ list: Located<String>, _ terms: Configuration.WatchTerms, explicit locations: [SourceLocation],
    _ log: inout IssueLog
  ) {
    let path = ConfigurationFile.resolve(list.value, besides: file)
    let before = watches.count
    var issues = 0
    do throws(KeyNameListError) {
      try KeyNameList.read(path: path) { line, entry in
        var message: String?
        switch entry {
        case .failure(let error): message = error.description
        case .success(let listed):
          let key = listed.key
          if let earlier = known[key] {
            let holder =
              earlier < locations.count
              ? locations[earlier].path : earlier < before ? "an earlier list" : "an earlier line"
            message = "\(shown(key)) is watched already, by \(holder), which holds"
          } else {
            known[key] = watches.count
            var watch = terms.watch(key)
            watch.note = listed.note ?? watch.note
            if !listed.labels.isEmpty { watch.labels.merge(listed.labels) { $1 } }
            watches.append(watch)
          }
        }
        if let message {
          issues += 1
          if issues <= Self.warningsPerList { log.warn(file: path, line: line, message) }
        }
        return true
      }
    } catch {
      log.refuse(list.location, "the watch list \(path.quoted) cannot be read: \(error)")
    }
    if issues > Self.warningsPerList {
      log.warn(list.location, "\(issues - Self.warningsPerList) more warnings about \(path.quoted) are not shown")
    }
    lists.append(
      Configuration.WatchList(file: path, terms: terms, watches: before..<watches.count))
  }
}
