// A configuration as `config show` prints it: all defaults in their places, secrets hidden.

internal import Model

extension Configuration {
  /// The configuration as JSON with every default; secrets print as `<hidden>`, watch lists by their files.
  public func shownText() -> String {
    typealias Keys = ConfigurationKeys
    let document = JSONNode.members([
      (Keys.database.name, .init(.string(database))),
      (Keys.interval.name, .duration(interval)),
      (Keys.jitter.name, .init(.string(Self.percentage(jitter)))),
      (
        Keys.confirm.name,
        .members([
          (Keys.times.name, .init(integerLiteral: policy.confirmTimes)),
          (Keys.after.name, .duration(policy.confirmAfter)),
        ])
      ),
      (Keys.unreachableAfter.name, .duration(policy.unreachableAfter)),
      (Keys.remindAfter.name, policy.remindAfter.map(JSONNode.duration) ?? "never"),
      (Keys.acceptChangesAfter.name, policy.acceptChangesAfter.map(JSONNode.duration) ?? "never"),
      (Keys.retention.name, retention.map(JSONNode.duration) ?? "forever"),
      (
        Keys.log.name,
        .members([
          (Keys.level.name, .init(.string(log.level.rawValue))),
          (Keys.format.name, .init(.string(log.format.rawValue))),
        ])
      ),
      (Keys.views.name, .init(.array(views.map(Self.shown)))),
      (Keys.watches.name, .init(.array(shownWatches))),
      (Keys.watchLists.name, .init(.array(watchLists.map(Self.shown)))),
      (Keys.receivers.name, .init(.array(receivers.map(Self.shown)))),
      (
        Keys.proof.name,
        proofSecret.map { .members([(Keys.proofSecret.name, .init(.string($0.description)))]) }
      ),
    ])
    return document.text() + "\n"
  }

  private static func percentage(_ fraction: Double) -> String {
    let percent = (fraction * 100_000_000).rounded() / 1_000_000
    return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
  }

  private static func shown(_ view: View) -> JSONNode {
    typealias Keys = ViewKeys
    var members: [(String, JSONNode?)] = [(Keys.name.name, .init(.string(view.name)))]
    switch view.source {
    case .system(let path):
      members += [(Keys.type.name, "system"), (Keys.resolvConf.name, .init(.string(path)))]
    case .resolver(let endpoint, let transport):
      members += [
        (Keys.type.name, "resolver"), (Keys.address.name, .init(.string(endpoint.description))),
        (Keys.transport.name, .init(.string(transport.rawValue))),
      ]
    case .https(let url):
      members += [(Keys.type.name, "resolver"), (Keys.url.name, .init(.string(url)))]
    case .authoritative(let hints, let port):
      members += [
        (Keys.type.name, "authoritative"),
        (Keys.rootHints.name, hints.isEmpty ? nil : .init(.array(hints.map { .init(.string($0.description)) }))),
        (Keys.port.name, .init(integerLiteral: Int(port))),
      ]
    }
    members += [
      (Keys.timeout.name, .duration(view.timeout)), (Keys.retries.name, .init(integerLiteral: view.retries)),
      (Keys.rate.name, .init(integerLiteral: view.rate)),
    ]
    return .members(members)
  }

  /// The watches that stand in the file itself; neighbours that differ by their selector only stand together.
  private var shownWatches: [JSONNode] {
    var shown: [JSONNode] = []
    var rest = Array(watches[..<(watchLists.map(\.watches.lowerBound).min() ?? watches.count)])
    while let first = rest.first {
      // The two of a rotation belong together, wherever they stand.
      let group =
        first.rotation.map { rotation in rest.filter { $0.rotation == rotation } }
        ?? Array(
          rest.prefix { watch in
            watch.key.domain == first.key.domain && watch.interval == first.interval && watch.views == first.views
              && watch.expectation == first.expectation && watch.isOurs == first.isOurs && watch.labels == first.labels
              && watch.note == first.note
              && watch.rotation == nil
          })
      if first.rotation == nil {
        rest.removeFirst(group.count)
      } else {
        rest.removeAll { $0.rotation == first.rotation }
      }
      let selectors = group.map { JSONNode(.string(InternationalName.display($0.key.selector))) }
      shown.append(
        .members(
          [
            (WatchKeys.domain.name, .init(.string(InternationalName.display(first.key.domain)))),
            (WatchKeys.selectors.name, .init(.array(selectors))),
            (WatchKeys.rotation.name, first.rotation.map(Self.shown)),
          ] + Self.shared(first.interval, first.views, first.expectation, first.isOurs, first.labels, first.note)))
    }
    return shown
  }

  private static func shown(_ rotation: Rotation) -> JSONNode {
    .members([
      (WatchKeys.from.name, .init(.string(InternationalName.display(rotation.old.selector)))),
      (WatchKeys.to.name, .init(.string(InternationalName.display(rotation.new.selector)))),
      (WatchKeys.rotatedKey.name, rotation.fingerprint.map { .init(.string($0)) }),
    ])
  }

  private static func shown(_ list: WatchList) -> JSONNode {
    .members(
      [(WatchKeys.file.name, .init(.string(list.file)))]
        + shared(list.interval, list.views, list.expectation, list.isOurs, list.labels, list.note))
  }

  private static func shared(
    _ interval: Duration, _ views: [String]?, _ expectation: Expectation, _ isOurs: Bool, _ labels: [String: String],
    _ note: String?
  ) -> [(String, JSONNode?)] {
    let expected = JSONNode.members([
      (WatchKeys.state.name, expectation.state.map { .init(.string($0.rawValue)) }),
      (WatchKeys.fingerprint.name, expectation.fingerprint.map { .init(.string($0)) }),
      (WatchKeys.minimumBits.name, expectation.minimumBits.map { .init(integerLiteral: $0) }),
    ])
    return [
      (WatchKeys.interval.name, .duration(interval)),
      (WatchKeys.views.name, views.map { .init(.array($0.map { .init(.string($0)) })) }),
      (WatchKeys.expect.name, expectation == Expectation() ? nil : expected),
      (WatchKeys.ours.name, .init(booleanLiteral: isOurs)),
      (
        WatchKeys.labels.name,
        .members(labels.sorted { $0.key < $1.key }.map { ($0.key, .init(.string($0.value))) })
      ),
      (WatchKeys.note.name, note.map { .init(.string($0)) }),
    ]
  }

  private static func shown(_ receiver: Receiver) -> JSONNode {
    typealias Keys = ReceiverKeys
    func hidden(_ secret: Secret) -> JSONNode { .init(.string(secret.description)) }
    return .members([
      (Keys.name.name, .init(.string(receiver.name))),
      (Keys.format.name, .init(.string(receiver.format.rawValue))),
      (Keys.url.name, hidden(receiver.url)),
      (Keys.secret.name, receiver.secret.map(hidden)),
      (Keys.headers.name, .members(receiver.headers.sorted { $0.key < $1.key }.map { ($0.key, hidden($0.value)) })),
      (Keys.minimumSeverity.name, .init(.string(receiver.minimumSeverity.rawValue))),
      (Keys.domains.name, .init(.array(receiver.domains.map { .init(.string($0)) }))),
      (Keys.types.name, .init(.array(receiver.types.map { .init(.string($0.rawValue)) }))),
      (Keys.allowPrivate.name, .init(booleanLiteral: receiver.allowPrivate)),
    ])
  }
}

extension JSONNode {
  /// An object of the members that are there.
  fileprivate static func members(_ members: [(String, JSONNode?)]) -> JSONNode {
    JSONNode(.object(members.compactMap { name, node in node.map { Member(name, $0) } }))
  }

  fileprivate static func duration(_ duration: Duration) -> JSONNode { JSONNode(.string(DurationText.print(duration))) }
}
