// What keys cost: to judge one, and to find among many those that share a prime.

import Glibc
import Keys
import Model

enum KeyBench {
  /// Judges the first thousand keys of a file of records, one a line; then compares all, and one more with all.
  static func run(_ path: String) {
    guard let file = fopen(path, "r") else {
      print("cannot read \(path)")
      exit(65)
    }
    defer { fclose(file) }
    var records: [TextRecord] = []
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), file) != nil {
      records.append(TextRecord(bytes: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }[...]))
    }
    let judged = records.prefix(1000)
    var findings: [String: Int] = [:]
    let judging = measure {
      for record in judged {
        for finding in KeyJudge.judge([record]).findings { findings[finding.rule, default: 0] += 1 }
      }
    }
    print("judging: \(judging * 1000 / Double(max(1, judged.count))) ms a key; findings \(findings)")

    var moduli: [(owner: Int, modulus: Modulus)] = []
    let reading = measure {
      for (owner, record) in records.enumerated() { Modulus([record]).map { moduli.append((owner, $0)) } }
    }
    guard let last = moduli.popLast() else { return }
    var known = SharedPrimes<Int>()
    let comparing = measure { known.take(moduli) }
    var found: Set<Int> = []
    let one = measure { found = known.take([last]) }
    print("reading: \(reading) s for \(records.count) keys")
    print("comparing: \(comparing) s for \(moduli.count) keys")
    print("one more: \(one) s, with \(found.count - 1) partner; keys that share a prime: \(known.partners.count)")
  }

  /// The seconds of CPU that something takes.
  private static func measure(_ work: () -> Void) -> Double {
    func used() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = used()
    work()
    return used() - start
  }
}
