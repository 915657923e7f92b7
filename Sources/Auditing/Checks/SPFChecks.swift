// Checks of SPF: the record by the rules of `Policies`, and what the tree of includes leads to.

internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  static let spf: [AuditCheck] =
    [
      unjudged("spf-unanswered", in: .spf, "SPF record") { $0.spf.record.failure },
      mail(
        "spf-missing", .warning, in: .spf, points: 15,
        summary: "The domain has no SPF record, so anybody can send in its name, and large receivers refuse its mail.",
        remedy: "Publish one TXT record that begins with v=spf1 and names your senders.",
        source: "RFC 7208, section 4.5",
        sight: { facts in
          guard facts.spf.record.failure == nil else { return .nothing }
          if let judgement = facts.spf.record.judgement {
            guard judgement.verdict == .ok, let tree = facts.spf.tree else { return .nothing }
            if facts.spf.isClosed { return .good("SPF allows nobody to send (-all).") }
            return .good(
              "The SPF record is valid and needs \(Phrase.count(tree.lookups, "lookup")) of the 10 that are allowed.")
          }
          let severity: Severity = facts.role.sends && facts.dkim.keys.isEmpty ? .critical : .warning
          return .found([
            AuditObservation(
              "\(facts.domain) TXT: no text that begins with v=spf1",
              text: facts.role == .unused
                ? "The domain has no SPF record, so anybody can send in its name." : nil,
              remedy: "Publish \(facts.domain.text(facts.suggestedSPF))"
                + (facts.role.sends ? " and add the other services that send for you." : ", if it sends no mail."),
              severity: severity)
          ])
        }),
    ]
    + policies(
      .spf, in: .spf,
      points: ["spf-several": 15, "spf-syntax-error": 15, "spf-version-malformed": 15, "spf-all-neutral": 7],
      except: ["spf-too-many-lookups", "spf-lookups-near-limit", "spf-all-pass"]
    ) { [("\($0.domain) TXT", $0.spf.record.judgement)] }
    + [
      mail(
        "spf-too-many-lookups", .critical, in: .spf, points: 15, consequenceOf: ["spf-loop"],
        summary: "The SPF record needs more than 10 DNS lookups; receivers give up with permerror.",
        remedy: "Remove senders that are no longer used, or replace names with the addresses they stand for.",
        source: "RFC 7208, section 4.6.4"
      ) { facts in
        guard let tree = facts.spf.tree, tree.lookups > 10 else { return [] }
        let dear = tree.tree.sorted { $0.lookups > $1.lookups }
        return [
          AuditObservation(
            Phrase.list(dear.map { "\($0.term) (\($0.lookups))" }, limit: 8),
            text:
              "The SPF record needs \(tree.isCut ? "more than " : "")\(tree.lookups) DNS lookups, and at most 10 are "
              + "allowed; receivers give up with permerror on mail that no earlier term matches.",
            remedy: "Remove senders that are no longer used, or replace names with the addresses they stand for; the "
              + "dearest term is \(dear.first?.term ?? "").")
        ]
      },
      mail(
        "spf-lookups-near-limit", .info, in: .spf,
        summary: "The SPF record needs almost all of the 10 DNS lookups that are allowed.",
        remedy: "Remove senders that are no longer used; otherwise a provider's next change may break the record.",
        source: "RFC 7208, section 4.6.4"
      ) { facts in
        guard let tree = facts.spf.tree, tree.lookups == 9 || tree.lookups == 10 else { return [] }
        return [
          AuditObservation("\(tree.lookups) of 10: " + Phrase.list(tree.tree.map { "\($0.term) (\($0.lookups))" }))
        ]
      },
      mail(
        "spf-too-many-voids", .warning, in: .spf,
        summary: "More than 2 names in the SPF record have no records; receivers may give up with permerror.",
        remedy: "Remove the terms whose names have no records.", source: "RFC 7208, section 4.6.4"
      ) { facts in
        guard let tree = facts.spf.tree, tree.voidLookups > 2 else { return [] }
        let void = tree.allNodes.filter { $0.node.problem == .noAddress || $0.node.problem == .noRecord }.map(\.path)
        return [AuditObservation("\(tree.voidLookups) lookups without an answer: " + Phrase.list(void))]
      },
      mail(
        "spf-mx-limit", .critical, in: .spf, points: 15,
        summary: "An mx term leads to more than 10 hosts; receivers give up with permerror.",
        remedy: "Name addresses in place of the term.", source: "RFC 7208, section 4.6.4"
      ) { facts in
        facts.spf.nodes { if case .tooManyExchanges = $0 { true } else { false } }.map { node, path in
          AuditObservation("\(path): \(node.problem.map(\.description) ?? "")")
        }
      },
      mail(
        "spf-include-broken", .critical, in: .spf, points: 15, consequenceOf: ["spf-target-free"],
        summary: "An include or redirect leads to no usable SPF record; receivers give up with permerror.",
        remedy: "Remove the term, or ask the provider for its present name.", source: "RFC 7208, section 5.2"
      ) { facts in
        facts.spf.nodes { problem in
          switch problem {
          case .noRecord, .severalRecords, .syntaxError, .badName: true
          default: false
          }
        }.map { node, path in
          let isDeep = path.contains(" > ")
          return AuditObservation(
            "\(path): \(node.target.map { "\($0) has " } ?? "")\(node.problem.map(\.description) ?? "")",
            text: "The term \(node.term) leads to no usable SPF record, so receivers give up with permerror.",
            remedy: isDeep
              ? "Tell the owner of the record that has the term, or remove \(path.prefix { $0 != " " })." : nil)
        }
      },
      mail(
        "spf-include-unanswered", .info, in: .spf,
        summary: "A name in the SPF record was not answered, so the tree is not complete.",
        remedy: "Audit the domain again later; if it lasts, ask the owner of the name.", source: "RFC 7208, section 5",
        sight: { facts in
          let found = facts.spf.nodes { if case .unanswered = $0 { true } else { false } }
          return found.isEmpty
            ? .nothing
            : .unknown(
              "Not answered: " + Phrase.list(found.map { "\($0.path) (\($0.node.problem.map(\.description) ?? ""))" }))
        }),
      mail(
        "spf-loop", .critical, in: .spf, points: 15,
        summary: "The SPF record leads back to itself; receivers give up with permerror.",
        remedy: "Remove the term that closes the circle.", source: "RFC 7208, section 4.6.4"
      ) { facts in
        facts.spf.nodes { $0 == .loop }.prefix(3).map { node, path in
          AuditObservation("\(path): \(node.target.map(\.description) ?? node.term) is above it already")
        }
      },
      mail(
        "spf-address-void", .warning, in: .spf, consequenceOf: ["spf-too-many-voids", "spf-target-free"],
        summary: "A term names a host or domain without addresses.", remedy: "Remove the term.",
        source: "RFC 7208, section 4.6.4"
      ) { facts in
        facts.spf.nodes { $0 == .noAddress }.filter { !$0.node.term.lowercased().contains("exists:") }.map { _, path in
          AuditObservation("\(path): no address")
        }
      },
    ]
}

extension SPFFacts {
  /// The terms with such a problem.
  func nodes(_ isMeant: (SPFTree.Problem) -> Bool) -> [(node: SPFTree.Node, path: String)] {
    (tree?.allNodes ?? []).filter { $0.node.problem.map(isMeant) ?? false }
  }
}
