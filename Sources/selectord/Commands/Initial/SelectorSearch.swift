// Which selectors a domain has, as far as DNS tells: it has no list of them, so the usual ones are asked for.

import Conventions
import Model

/// Finds the selectors of one domain; says what to ask, and takes the answers.
///
/// One server of the zone is asked for each name: what is found is looked at through all views afterwards.
struct SelectorSearch {
  enum Action: Hashable, Sendable {
    case ask([Inquiry])
    case finished(Result)
  }

  /// What the search came to.
  struct Result: Hashable, Sendable {
    var domain: DomainName
    var found: [Found] = []
    /// How many names were asked for.
    var asked = 0
    var remark: Remark?
  }

  /// A selector that has a record.
  struct Found: Hashable, Sendable {
    var selector: DomainName
    /// Whose convention it is, where one is known.
    var vendor: String?
  }

  /// What to know beside the selectors.
  enum Remark: Hashable, Sendable {
    /// There is no such domain.
    case noDomain
    /// Nobody answers for it.
    case noAnswer
    /// Nothing at all is below `_domainkey`.
    case nothingBelow
    /// Every name below `_domainkey` has the same record, so that only other ones are a sign of a selector.
    case wildcard
  }

  private enum Step { case domain, guesses, rest, finished }

  /// What one server said of a name: an alias, or texts.
  private struct Sign: Hashable {
    var alias: [DomainName]
    var records: Set<TextRecord>

    init(_ answer: InquiryAnswer) {
      alias = answer.replies.map(\.answer.cname).first { !$0.isEmpty } ?? []
      records = Set(answer.replies.flatMap(\.answer.records))
    }

    var isEmpty: Bool { alias.isEmpty && records.isEmpty }
  }

  private let guesses: [DomainName]
  private let probe: DomainName
  private var step = Step.domain
  private var result: Result
  private var asked: Set<DomainName> = []
  private var wildcard: Sign?

  /// - Parameters:
  ///   - guesses: selectors that are asked for.
  ///   - probe: a selector that nobody has.
  init(domain: DomainName, guesses: [DomainName], probe: DomainName) {
    self.guesses = guesses
    self.probe = probe
    result = Result(domain: domain)
  }

  mutating func start() -> Action {
    let tree = try? result.domain.prepending(DomainName("_domainkey"))
    return .ask(
      [Inquiry(result.domain, .soa, limit: 1)]
        + [tree, keyName(probe)].compactMap(\.self).map { Inquiry($0, .txt, limit: 1) })
  }

  mutating func take(_ answers: [InquiryAnswer]) -> Action {
    switch step {
    case .domain: return takeDomain(answers)
    case .guesses:
      take(found: answers)
      step = .rest
      // A server that denies names which only have others below them (RFC 8020) is wrong if one of these is there.
      if result.remark == .nothingBelow, result.found.isEmpty { return finish() }
      if result.remark == .nothingBelow { result.remark = nil }
      return ask(guesses + siblings)
    case .rest, .finished:
      take(found: answers)
      return ask(siblings)
    }
  }

  private mutating func takeDomain(_ answers: [InquiryAnswer]) -> Action {
    guard let domain = answers.first else { return finish() }
    step = .guesses
    if domain.deniesName { result.remark = .noDomain }
    if answers.allSatisfy({ answer in answer.replies.allSatisfy { $0.answer.outcome.failure != nil } }) {
      result.remark = .noAnswer
    }
    if result.remark != nil { return finish() }
    for answer in answers.dropFirst() {
      if selector(of: answer) != nil {
        let sign = Sign(answer)
        if !sign.isEmpty { (wildcard, result.remark) = (sign, .wildcard) }
      } else if answer.deniesName {
        result.remark = .nothingBelow
      }
    }
    return ask(UsualSelectors.sample)
  }

  /// Asks for what was not asked for yet.
  private mutating func ask(_ selectors: [DomainName]) -> Action {
    let inquiries = selectors.filter { asked.insert($0).inserted }.compactMap { keyName($0) }
      .map { Inquiry($0, .txt, limit: 1) }
    result.asked += inquiries.count
    return inquiries.isEmpty ? finish() : .ask(inquiries)
  }

  private mutating func finish() -> Action {
    step = .finished
    result.found.sort { $0.selector < $1.selector }
    return .finished(result)
  }

  private mutating func take(found answers: [InquiryAnswer]) {
    for answer in answers {
      let sign = Sign(answer)
      guard let selector = selector(of: answer), !sign.isEmpty, sign != wildcard else { continue }
      let match = Self.match(selector, sign.alias.first)
      result.found.append(Found(selector: selector, vendor: match?.vendor.name))
    }
  }

  /// The other records of the sets that the found ones belong to.
  private var siblings: [DomainName] {
    result.found.flatMap { Vendors.matching(selector: $0.selector).flatMap(\.siblings) }.map(\.selector)
  }

  /// Whose record it is. An alias tells it for certain; of a text, only vendors come into question whose customers publish one.
  private static func match(_ selector: DomainName, _ alias: DomainName?) -> VendorMatch? {
    if let alias { return Vendors.matching(selector: selector, target: alias).first }
    return Vendors.matching(selector: selector).first { $0.vendor.type == .txt }
  }

  private func keyName(_ selector: DomainName) -> DomainName? {
    KeyName(selector, of: result.domain)?.name
  }

  private func selector(of answer: InquiryAnswer) -> DomainName? {
    KeyName(keyName: answer.inquiry.question.name)?.selector
  }
}
