// `--diff`: reports of an earlier run, by their domain.

import Auditing
import Foundation
import Model

/// Reads what `audit --output json` or `jsonl` has printed.
enum EarlierReports {
  private static let largest = 256 << 20

  static func read(_ path: String) throws -> [DomainName: AuditReport] {
    let bytes = try InputFile.contents(
      of: path, atMost: largest, expecting: "reports of 'selectord audit --output json'")
    let reports: [AuditReport]
    do {
      let decoder = JSONDecoder()
      if bytes.first(where: { !$0.isBlankOrLineEnd }) == UInt8(ascii: "[") {
        reports = try decoder.decode([AuditReport].self, from: Data(bytes))
      } else {
        reports = try bytes.split(separator: 0x0A).filter { !$0.allSatisfy(\.isBlankOrLineEnd) }.map {
          try decoder.decode(AuditReport.self, from: Data($0))
        }
      }
    } catch {
      throw CommandFailure(
        .unreadableInput, "--diff: \(path) holds no report; expected what 'selectord audit --output json' printed")
    }
    // Of several on one domain the last one counts.
    return Dictionary(reports.map { ($0.domain, $0) }) { $1 }
  }
}

extension UInt8 {
  fileprivate var isBlankOrLineEnd: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
