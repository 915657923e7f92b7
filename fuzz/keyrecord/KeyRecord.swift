// fuzz: Model Syntax Keys
// Any bytes at all: as the text of a record, and as TXT records cut at every zero byte. The judge never fails, and what
// it prints is fit for a terminal.

import Keys
import Model
import Syntax

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKeyRecord(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  if let records = try? RecordText.read(bytes) {
    precondition(!records.isEmpty, "text without a record")
    check(KeyJudge.judge(records))
  }
  let records = bytes.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false).map {
    TextRecord(strings: [Array($0)])
  }
  check(KeyJudge.judge(records, minimumBits: 2048))
  _ = try? PinnedKey.fingerprint(of: String(decoding: bytes, as: UTF8.self))
  return 0
}

private func check(_ judgement: KeyJudgement) {
  switch judgement.state {
  case .published: precondition(judgement.key?.revoked == false, "published without a key")
  case .revoked: precondition(judgement.key?.revoked == true, "revoked without an empty p=")
  case .invalid: precondition(judgement.verdict == .critical, "invalid, but not critical")
  default: preconditionFailure("no state of a record")
  }
  for finding in judgement.findings {
    for text in [finding.text, finding.evidence, finding.remedy] {
      precondition(!text.isEmpty && text.utf8.count < 1000, "too long: \(text)")
      precondition(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a control character in: \(text)")
    }
  }
}
