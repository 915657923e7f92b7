// fuzz: Model Syntax Conventions Policies
// Any bytes at all: as the text of a policy of each type, and as answers to the questions of SPF. Nothing fails, nothing goes
// on for ever, and what is printed is fit for a terminal.

import Model
import Policies

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPolicy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for type in [nil] + PolicyType.allCases.map(Optional.some) {
    for policy in (try? PolicyText.read(bytes, type: type)) ?? [] { check(PolicyJudge.judge(policy)) }
    if let policy = PolicyText(line: bytes, type: type) { check(PolicyJudge.judge(policy)) }
  }
  let records = bytes.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false).map {
    TextRecord(strings: [Array($0)])
  }
  for text in [PolicyText.spf(records), .dmarc(records), .mtaSTS(records), .tlsRPT(records), .bimi(records)] {
    check(PolicyJudge.judge(text))
  }
  if let caa = CAARecord(rdata: bytes) { check(PolicyJudge.judge(.caa([caa]))) }
  if let tlsa = TLSARecord(rdata: bytes) { check(PolicyJudge.judge(.tlsa([tlsa]))) }
  evaluate(records)
  return 0
}

/// Every name has the same records: the harshest zone for whatever follows names.
private func evaluate(_ records: [TextRecord]) {
  func reply(_ question: Question) -> PolicyReply {
    let name = question.name
    let data: [ResourceRecord.Data] =
      switch question.type {
      case .txt: records.map(ResourceRecord.Data.txt)
      case .a, .aaaa: [.a(.v4(0xC000_0201))]
      case .mx: [.other([0, 10] + name.wire)]
      default: [.other(name.wire)]
      }
    return PolicyReply(
      outcome: .records, records: data.map { ResourceRecord(owner: name, type: question.type, ttl: 1, data: $0) })
  }
  guard let domain = try? DomainName("example.org") else { return }
  let client = SPFClient(
    address: .v4(0xC633_6401), sender: Array("joe@example.org".utf8), helo: Array("mail.example.org".utf8))
  var evaluation = SPFEvaluation(client: client)
  var step = evaluation.start()
  var rounds = 0
  while case .ask(let questions) = step {
    rounds += 1
    precondition(rounds < 100 && !questions.isEmpty, "SPF without end")
    step = evaluation.take(questions.reduce(into: [:]) { $0[$1] = reply($1) })
  }
  var tree = SPFTree(domain: domain)
  var next = tree.start()
  rounds = 0
  while case .ask(let questions) = next {
    rounds += 1
    precondition(rounds < 100 && !questions.isEmpty, "a tree without end")
    next = tree.take(questions.reduce(into: [:]) { $0[$1] = reply($1) })
  }
}

private func check(_ judgement: PolicyJudgement) {
  let texts =
    [judgement.summary] + judgement.findings.flatMap { [$0.text, $0.evidence, $0.remedy] }
    + judgement.tags.flatMap { [$0.name, $0.value, $0.meaning] }
  for text in texts {
    precondition(text.unicodeScalars.allSatisfy { !$0.steersTerminal }, "a control character in: \(text)")
  }
  for finding in judgement.findings {
    precondition(finding.evidence.utf8.count < 2000, "too long: \(finding.evidence)")
  }
}
