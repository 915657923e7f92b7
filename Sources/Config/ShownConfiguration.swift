// A configuration as `config show` prints it: all defaults in their places, secrets hidden.

internal import Model

extension Configuration {
  /// The configuration as JSON with every default; secrets print as `<hidden>`, watch lists by their files.
  public func shownText() -> String {
    JSONNode(Draft(configuration: self), ConfigurationSettings.rows).text() + "\n"
  }

  /// Those that stand in the file itself.
  private var ownWatches: ArraySlice<Watch> {
    watches[..<(watchLists.map(\.watches.lowerBound).min() ?? watches.count)]
  }

  /// The record sets, each with all it says.
  var shownRecordSets: [JSONNode] {
    typealias Settings = RecordSetSettings
    return ownWatches.filter { !$0.key.isKey }.map { watch in
      let expected = JSONNode.members([
        (Settings.values.name, watch.expectation.values.map { .list($0.map(JSONNode.text)) }),
        (Settings.contains.name, watch.expectation.contains.map { .list($0.map(JSONNode.text)) }),
        (Settings.absent.name, watch.expectation.state == .missing ? JSONNode(booleanLiteral: true) : nil),
      ])
      return .members(
        [(Settings.name.name, .name(watch.key.name)), (Settings.type.name, .text(watch.key.type.description))]
          + watch.terms.shownMembers.map { name, node in
            (name, name == Settings.expect.name && node != nil ? expected : node)
          })
    }
  }

  /// The watches of the file itself; neighbours that differ in nothing but their selectors are one.
  var shownWatches: [JSONNode] {
    var shown: [JSONNode] = []
    var rest = ownWatches.filter(\.key.isKey)
    while let first = rest.first {
      let group: [Watch]
      if let rotation = first.rotation {
        // The two of a rotation belong together, wherever they stand.
        group = rest.filter { $0.rotation == rotation }
        rest.removeAll { $0.rotation == rotation }
      } else {
        group = Array(
          rest.prefix { $0.key.domain == first.key.domain && $0.terms == first.terms && $0.rotation == nil })
        rest.removeFirst(group.count)
      }
      shown.append(
        .members(
          [
            (WatchSettings.domain.name, .name(first.key.domain)),
            (WatchSettings.selectors.name, .list(group.map { .name($0.key.selector) })),
            (WatchSettings.rotation.name, first.rotation.map(JSONNode.init)),
          ] + first.terms.shownMembers))
    }
    return shown
  }
}

extension Configuration.WatchTerms {
  fileprivate var shownMembers: [(String, JSONNode?)] {
    typealias Settings = WatchSettings
    let expected = JSONNode.members([
      (Settings.state.name, expectation.state.map(JSONNode.word)),
      (Settings.fingerprint.name, expectation.fingerprint.map(JSONNode.text)),
      (Settings.minimumBits.name, expectation.minimumBits.map(JSONNode.number)),
    ])
    return [
      (Settings.interval.name, .duration(interval)), (Settings.views.name, views.map { .list($0.map(JSONNode.text)) }),
      (Settings.expect.name, expectation == Expectation() ? nil : expected),
      (Settings.ours.name, .init(booleanLiteral: isOurs)),
      (Settings.labels.name, .members(labels.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
      (Settings.note.name, note.map(JSONNode.text)),
    ]
  }
}

extension JSONNode {
  static func percentage(_ fraction: Double) -> JSONNode {
    let percent = (fraction * 100_000_000).rounded() / 1_000_000
    return .text(percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%")
  }

  fileprivate static func name(_ name: DomainName) -> JSONNode { .text(InternationalName.display(name)) }

  fileprivate static func hidden(_ secret: Secret) -> JSONNode { .text(secret.description) }

  init(_ view: View) {
    typealias Settings = ViewSettings
    var members: [(String, JSONNode?)] = [(Settings.name.name, .text(view.name))]
    switch view.source {
    case .system(let path):
      members += [(Settings.type.name, "system"), (Settings.resolvConf.name, .text(path))]
    case .resolver(let endpoint, let transport):
      members += [
        (Settings.type.name, "resolver"), (Settings.address.name, .text(endpoint.description)),
        (Settings.transport.name, .word(transport)),
      ]
    case .https(let url):
      members += [(Settings.type.name, "resolver"), (Settings.url.name, .text(url))]
    case .authoritative(let hints, let port):
      members += [
        (Settings.type.name, "authoritative"),
        (Settings.rootHints.name, hints.isEmpty ? nil : .list(hints.map { .text($0.description) })),
        (Settings.port.name, .number(Int(port))),
      ]
    }
    members += [
      (Settings.timeout.name, .duration(view.timeout)), (Settings.retries.name, .number(view.retries)),
      (Settings.rate.name, .number(view.rate)),
    ]
    self = .members(members)
  }

  fileprivate init(_ rotation: Rotation) {
    self = .members([
      (WatchSettings.from.name, .name(rotation.old.selector)), (WatchSettings.to.name, .name(rotation.new.selector)),
      (WatchSettings.rotatedKey.name, rotation.fingerprint.map(JSONNode.text)),
    ])
  }

  init(_ list: Configuration.WatchList) {
    self = .members([(WatchSettings.file.name, .text(list.file))] + list.terms.shownMembers)
  }

  init(_ receiver: Receiver) {
    typealias Settings = ReceiverSettings
    let own = Set(ReceiverSettings.own(receiver.format).map(\.name))
    let service = receiver.service
    func secrets(_ values: [String: Secret]) -> JSONNode {
      .members(values.sorted { $0.key < $1.key }.map { ($0.key, .hidden($0.value)) })
    }
    let members: [(String, JSONNode?)] = [
      (Settings.name.name, .text(receiver.name)), (Settings.format.name, .word(receiver.format)),
      (Settings.url.name, .hidden(receiver.url)), (Settings.secret.name, receiver.secret.map(JSONNode.hidden)),
      (Settings.headers.name, secrets(receiver.headers)),
      (Settings.token.name, service.token.map(JSONNode.hidden)),
      (Settings.routingKey.name, service.token.map(JSONNode.hidden)),
      (Settings.mailUser.name, service.user.map(JSONNode.hidden)),
      (Settings.password.name, service.token.map(JSONNode.hidden)),
      (Settings.room.name, service.to.first.map(JSONNode.text)),
      (Settings.chat.name, service.to.first.map(JSONNode.text)), (Settings.encryption.name, .word(service.encryption)),
      (Settings.from.name, service.from.map(JSONNode.text)), (Settings.to.name, .list(service.to.map(JSONNode.text))),
      (Settings.command.name, .list(service.command.map(JSONNode.text))),
      (Settings.environment.name, secrets(service.environment)),
      (Settings.template.name, service.template.map(JSONNode.text)),
      (Settings.contentType.name, service.contentType.map(JSONNode.text)),
      (Settings.minimumSeverity.name, .word(receiver.minimumSeverity)),
      (Settings.domains.name, .list(receiver.domains.map(JSONNode.text))),
      (Settings.types.name, .list(receiver.types.map(JSONNode.word))),
      (Settings.labels.name, .members(receiver.labels.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
      (Settings.groupWithin.name, .duration(receiver.groupWithin)),
      (Settings.quiet.name, receiver.quiet.map(JSONNode.init)),
      (Settings.escalateAfter.name, receiver.escalateAfter.map(JSONNode.duration)),
      (Settings.allowPrivate.name, .init(booleanLiteral: receiver.allowPrivate)),
    ]
    let known = own.union(ReceiverSettings.common.map(\.name))
    self = .members(members.filter { known.contains($0.0) })
  }

  fileprivate init(_ quiet: QuietHours) {
    func time(_ minutes: Int) -> JSONNode {
      let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
      return .text("\(hours < 10 ? "0" : "")\(hours):\(rest < 10 ? "0" : "")\(rest)")
    }
    self = .members([
      (QuietSettings.from.name, time(quiet.from)), (QuietSettings.to.name, time(quiet.to)),
      (QuietSettings.days.name, .list(QuietHours.Day.allCases.filter(quiet.days.contains).map(JSONNode.word))),
      (QuietSettings.timeZone.name, .text(quiet.timeZone)),
      (QuietSettings.criticalPasses.name, .init(booleanLiteral: quiet.criticalPasses)),
    ])
  }
}
