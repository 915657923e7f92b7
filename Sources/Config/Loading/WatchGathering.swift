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
    var places: [Place] = []
    for watch in draft.watches {
      let template = settled(watch.settings, fingerprint: fingerprint, &log)
      for selector in watch.selectors {
        guard let domain = watch.domain, let key = keyName(selector, domain, &log) else { continue }
        if let earlier = known[key] {
          log.refuse(
            selector.place,
            "\(shown(key)) is watched already, by \(places[earlier].path); each key name is watched once")
          continue
        }
        known[key] = watches.count
        places.append(selector.place)
        watches.append(template.watch(key))
      }
      if let rotation = watch.rotation {
        gather(rotation, of: watch, template, &places, fingerprint: fingerprint, &log)
      }
    }
    for list in draft.watchLists {
      let template = settled(list.settings, fingerprint: fingerprint, &log)
      if let path = list.file { read(path, template, explicit: places, &log) }
    }
  }

  /// Watches both selectors of a rotation, where the same watch does not name them already.
  private mutating func gather(
    _ draft: RotationDraft, of watch: WatchDraft, _ template: Template, _ places: inout [Place],
    fingerprint: (String) -> Result<String, PinnedKeyError>, _ log: inout IssueLog
  ) {
    guard let domain = watch.domain, let from = draft.old, let to = draft.new, from.value != to.value,
      let old = keyName(from, domain, &log), let new = keyName(to, domain, &log)
    else { return }
    var rotation = Rotation(old: old, new: new)
    if let key = draft.key {
      switch fingerprint(key.value) {
      case .success(let text): rotation.fingerprint = text
      case .failure(let error): log.refuse(key.place, error.message)
      }
    }
    if template.expectation.fingerprint != nil || template.expectation.state.map({ $0 != .published }) ?? false {
      log.refuse(
        from.place,
        "'expect' asks the same of both keys, of which one comes and one goes; pin the new one by 'key' in 'rotation'")
    }
    for (key, place) in [(old, from.place), (new, to.place)] {
      let own = watch.selectors.contains { $0.value == key.selector }
      if let earlier = known[key] {
        if own, watches[earlier].rotation == nil {
          watches[earlier].rotation = rotation
        } else {
          log.refuse(
            place, "\(shown(key)) is watched already, by \(places[earlier].path); each key name is watched once")
        }
        continue
      }
      known[key] = watches.count
      places.append(place)
      watches.append(template.watch(key))
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
      log.refuse(selector.place, "joined with the domain \(InternationalName.display(domain.value)), \(error)")
      return nil
    }
  }

  private func shown(_ key: KeyName) -> String {
    "selector \(InternationalName.display(key.selector).quoted) of \(InternationalName.display(key.domain))"
  }

  /// What the shared keys come to, once for all key names that they hold for.
  private struct Template {
    var interval: Duration
    var views: [String]?
    var expectation: Expectation
    var isOurs: Bool
    var labels: [String: String]
    var note: String?

    func watch(_ key: KeyName) -> Watch {
      Watch(
        key: key, interval: interval, views: views, expectation: expectation, labels: labels, note: note,
        isOurs: isOurs)
    }
  }

  private func settled(
    _ settings: WatchSettings, fingerprint: (String) -> Result<String, PinnedKeyError>, _ log: inout IssueLog
  ) -> Template {
    var names: [String] = []
    for name in settings.views ?? [] {
      if !draft.viewNames.contains(name.value) {
        let known = draft.viewNames.sorted()
        let hint = nearestWord(to: name.value, among: known).map { "; did you mean '\($0)'?" } ?? ""
        log.refuse(
          name.place, "there is no view \(name.value.quoted); the views are: \(known.joined(separator: ", "))\(hint)")
      } else if names.contains(name.value) {
        log.refuse(name.place, "the view \(name.value.quoted) stands here twice; keep one of the two")
      }
      names.append(name.value)
    }
    var expectation = Expectation(
      state: settings.expectation?.state, fingerprint: settings.expectation?.fingerprint,
      minimumBits: settings.expectation?.minimumBits)
    if let key = settings.expectation?.key {
      switch fingerprint(key.value) {
      case .success(let text): expectation.fingerprint = text
      case .failure(let error): log.refuse(key.place, error.message)
      }
    }
    return Template(
      interval: settings.interval ?? draft.interval, views: settings.views == nil ? nil : names,
      expectation: expectation, isOurs: settings.isOurs, labels: settings.labels, note: settings.note)
  }

  // MARK: Lists

  private mutating func read(
    _ list: Located<String>, _ template: Template, explicit places: [Place], _ log: inout IssueLog
  ) {
    let path = ConfigurationFile.resolve(list.value, besides: file)
    let before = watches.count
    var issues = 0
    do throws(KeyNameListError) {
      try KeyNameList.read(path: path) { line, entry in
        var message: String?
        switch entry {
        case .failure(let error): message = error.description
        case .success(let key):
          if let earlier = known[key] {
            let holder =
              earlier < places.count ? places[earlier].path : earlier < before ? "an earlier list" : "an earlier line"
            message = "\(shown(key)) is watched already, by \(holder), which holds"
          } else {
            known[key] = watches.count
            watches.append(template.watch(key))
          }
        }
        if let message {
          issues += 1
          if issues <= Self.warningsPerList { log.warn(file: path, line: line, message) }
        }
        return true
      }
    } catch {
      log.refuse(list.place, "the watch list \(path.quoted) cannot be read: \(error)")
    }
    if issues > Self.warningsPerList {
      log.warn(list.place, "\(issues - Self.warningsPerList) further lines of \(path.quoted) were left out")
    }
    lists.append(
      Configuration.WatchList(
        file: path, interval: template.interval, views: template.views, expectation: template.expectation,
        isOurs: template.isOurs, labels: template.labels, note: template.note, watches: before..<watches.count))
  }
}
