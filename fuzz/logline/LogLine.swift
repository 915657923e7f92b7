// fuzz: Model Mail Census
// Any bytes at all as a log, in chunks that end anywhere: whatever is counted has good names, and what is printed of it
// is fit for a terminal.

import Census
import Model

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLogLine(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let whole = census(of: bytes, chunk: max(1, bytes.count))
  let pieces = census(of: bytes, chunk: Int(bytes.first ?? 0) % 31 + 1)
  precondition(whole == pieces, "where a chunk ends makes a difference")
  return 0
}

private func census(of bytes: [UInt8], chunk: Int) -> [CensusEntry] {
  var reader = LogReader(
    .init(
      clock: LogClock(reference: Timestamp(seconds: 1_795_478_400)), trustedServers: ["mx.example.com"], wantsFlow: true
    ))
  var census = Census(limit: 100)
  func take(_ event: CensusEvent) {
    switch event {
    case .sighting(let sighting):
      precondition(sighting.messages > 0, "a sighting of nothing")
      if let fault = census.add(sighting, source: 0) { check(fault.description) }
    case .unreadable(let line): check(line.reason)
    case .flow, .dropped, .untrusted: break
    }
  }
  for start in stride(from: 0, to: bytes.count, by: chunk) {
    bytes[start..<min(start + chunk, bytes.count)].withUnsafeBytes { reader.feed($0, take) }
  }
  reader.finish(take)
  census.finishSource()
  for entry in census.entries {
    precondition(entry.messages == SightingResult.allCases.reduce(0) { $0 + entry.results[$1] }, "the sum is wrong")
    check(entry.domain.description)
  }
  return census.entries
}

private func check(_ text: String) {
  precondition(!text.isEmpty && text.utf8.count < 2000, "too long: \(text)")
  precondition(text.unicodeScalars.allSatisfy { !$0.steersTerminal }, "a control character in: \(text)")
}
