// Follows CNAMEs out of the zone, to the texts that they lead to.

internal import Model

/// Texts at the end of CNAMEs, as far as they were looked up.
struct AliasChains {
  private enum Step {
    case texts([TextRecord])
    case alias(DomainName)
  }

  /// A chain longer than this is not followed.
  private static let longest = 8
  /// No more names than this are asked.
  private static let limit = 200

  private var steps: [DomainName: Step] = [:]
  private var wanted: [DomainName] = []
  private var asked: Set<DomainName> = []

  /// Names whose texts are wanted.
  mutating func want(_ names: [DomainName]) { wanted += names }

  /// The names to ask next.
  mutating func next() -> [DomainName] {
    defer { wanted = [] }
    return wanted.filter { asked.count < Self.limit && asked.insert($0).inserted }
  }

  mutating func take(_ answer: InquiryAnswer) {
    let name = answer.inquiry.question.name
    for reply in answer.replies {
      let content = Content(reply, to: answer.inquiry.question, zone: answer.zone ?? .root)
      guard case .records(let records) = content else { continue }
      if let alias = content.alias {
        steps[name] = .alias(alias)
        wanted.append(alias)
      } else {
        steps[name] = .texts(records.compactMap { if case .txt(let text) = $0.data { text } else { nil } })
      }
      return
    }
  }

  /// The texts at the end of the chain that begins at `name`; nil where there are none.
  func texts(_ name: DomainName) -> [TextRecord]? {
    var name = name
    for _ in 0..<Self.longest {
      switch steps[name] {
      case .texts(let texts): return texts
      case .alias(let next): name = next
      case nil: return nil
      }
    }
    return nil
  }
}
