// The TXT records at a `_dmarc` name, as the rules look at them.

internal import Model
internal import Phrasing
internal import Syntax

struct DMARCReading: Sendable {
  let text: TagReading
  let record: DMARCRecord

  init(_ records: [TextRecord]) {
    text = TagReading(records, .dmarc)
    record = DMARCRecord(text)
  }

  /// The tags of RFC 9989, and those that it calls historic.
  static let known = ["v", "p", "sp", "np", "psd", "t", "adkim", "aspf", "fo", "rua", "ruf"]
  static let historic = ["pct", "rf", "ri"]

  func name(_ tag: TagList.Tag) -> String { String(decoding: text.bytes[tag.name].map(\.lowered), as: UTF8.self) }

  var gist: String {
    let policy = record.usedPolicy?.rawValue ?? "none"
    return "DMARC policy \(policy)"
  }

  /// Whether the policy asks receivers to act on mail that fails.
  var isEnforcing: Bool { (record.usedPolicy ?? .none) != .none }

  /// Whether the record says p=none, and receivers use it.
  var isNone: Bool { text.isVersionRight && record.policy == DMARCRecord.Policy.none && !record.hasWrongPolicy }

  /// What each tag means.
  var tags: [PolicyTag] {
    text.tags.tags.map { tag in
      PolicyTag(text.bytes[tag.name], text.bytes[tag.value], meaning(of: tag))
    }
  }

  private func meaning(of tag: TagList.Tag) -> String {
    let value = String(decoding: text.bytes[tag.value].map(\.lowered), as: UTF8.self)
    switch name(tag) {
    case "v": return text.isVersionRight ? "This is a DMARC record." : "Not the version DMARC1: receivers ignore it."
    case "p":
      return policy(value, "mail that fails", ifWrong: "No policy: receivers take the record as p=none at most.")
    case "sp": return policy(value, "mail of subdomains that fails", ifWrong: "No policy: the record is not applied.")
    case "np":
      return policy(value, "mail of subdomains that do not exist", ifWrong: "No policy: the record is not applied.")
    case "adkim": return alignment(value, "DKIM")
    case "aspf": return alignment(value, "SPF")
    case "t":
      switch value {
      case "y": return "Test mode: receivers apply the next weaker policy."
      case "n": return "No test mode: the policy is applied as it is."
      default: return "Neither y nor n: receivers take it as n."
      }
    case "psd":
      switch value {
      case "y": return "The domain is a public suffix, under which others register names."
      case "n": return "The domain is an organization of its own, whatever stands above it."
      case "u": return "Whether the domain is a public suffix is not said."
      default: return "None of y, n and u: receivers take it as u."
      }
    case "rua": return reports(record.aggregateReports, "Daily summaries of the mail seen")
    case "ruf": return reports(record.failureReports, "Reports on single mails that fail")
    case "fo": return options(value)
    case "pct":
      return value == "100"
        ? "The policy is for all mail, which is the default; receivers of RFC 9989 ignore the tag."
        : "Older receivers apply the policy to \(TextRecord(value).text) % of the mail; those of RFC 9989 ignore the tag."
    case "ri": return "How often summaries are wanted, in seconds; receivers send them daily and ignore the tag."
    case "rf": return "The format of reports on single mails; receivers ignore the tag."
    default: return "DMARC does not define it; receivers ignore it."
    }
  }

  private func policy(_ value: String, _ what: String, ifWrong wrong: String) -> String {
    switch value {
    case "none": "Receivers should do nothing about \(what); reports are sent all the same."
    case "quarantine": "Receivers should treat \(what) as suspicious, such as by delivery to the spam folder."
    case "reject": "Receivers should refuse \(what)."
    default: wrong
    }
  }

  private func alignment(_ value: String, _ what: String) -> String {
    switch value {
    case "r": "Relaxed: the domain of \(what) may be any name of the same organization."
    case "s": "Strict: the domain of \(what) must be exactly the one in From."
    default: "Neither r nor s: receivers take it as r, relaxed."
    }
  }

  private func reports(_ addresses: [ReportAddress], _ what: String) -> String {
    let names = addresses.compactMap { address -> String? in
      if case .mail(let name, _) = address.form, address.isUsable { name } else { nil }
    }
    return names.isEmpty ? "No address that reports can go to." : "\(what) go to \(Phrase.list(names))."
  }

  private func options(_ value: String) -> String {
    let words: [String: String] = [
      "0": "if neither SPF nor DKIM passes with alignment", "1": "if SPF or DKIM does not pass with alignment",
      "d": "if a DKIM signature fails", "s": "if SPF fails",
    ]
    let known = record.failureOptions.compactMap { words[$0] }
    return known.isEmpty
      ? "None of 0, 1, d and s: receivers take it as 0." : "Reports on single mails \(Phrase.list(known))."
  }
}
