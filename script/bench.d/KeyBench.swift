// What keys cost: to judge one, to look for weaknesses of its modulus, and to find among many those that share a prime.

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
    let sound = Array(records.prefix(1000))
    var generator = Generator(state: 2048)
    let damaged = sound.map { damage($0, &generator) }
    _ = KeyJudge.judge([sound[0]])
    for (name, texts) in [("sound", sound), ("damaged", damaged)] {
      // As where many keys are compared with each other, which finds the known primes as well.
      let relations = KeyRelations(knownPrime: .testedElsewhere)
      var findings: [String: Int] = [:]
      let judging = measure {
        for text in texts {
          for finding in KeyJudge.judge([text], relations: relations).findings {
            findings[finding.rule, default: 0] += 1
          }
        }
      }
      let alone = measure { for text in texts { _ = KeyJudge.judge([text]) } }
      let weakness = measure { for text in texts { _ = WeaknessTest.findings(of: text) } }
      let parsing = measure { for text in texts { _ = WeaknessTest.reads(text) } }
      let hashing = measure { for text in texts { _ = KeyJudgementCache.Question([text]) } }
      print(
        "\(name): weak-key tests \(us(weakness - parsing, texts)) us; reading \(us(parsing, texts)) us; judging "
          + "\(us(judging, texts)) us, with the table of known primes \(us(alone, texts)) us; floor, a SHA-256 of the "
          + "text: \(us(hashing, texts)) us; findings \(findings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })"
      )
    }

    var moduli: [(owner: Int, modulus: Modulus)] = []
    let reading = measure {
      for (owner, record) in records.enumerated() { Modulus([record]).map { moduli.append((owner, $0)) } }
    }
    guard let last = moduli.popLast() else { return }
    var known = SharedPrimes<Int>()
    let comparing = measure { known.insert(moduli) }
    var found: Set<Int> = []
    let one = measure { found = known.insert([last]) }
    print("reading: \(reading) s for \(records.count) keys")
    print("comparing: \(comparing) s for \(moduli.count) keys")
    print("one more: \(one) s, with \(found.count - 1) partner; keys that share a prime: \(known.partners.count)")
  }

  private static func us(_ seconds: Double, _ texts: [TextRecord]) -> String {
    let tenths = Int((seconds * 1e7 / Double(max(1, texts.count))).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// The record with one character of its modulus changed.
  private static func damage(_ record: TextRecord, _ generator: inout Generator) -> TextRecord {
    var bytes = record.joined
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    let place = Int.random(in: (bytes.count - 300)..<(bytes.count - 40), using: &generator)
    bytes[place] = letters.randomElement(using: &generator) ?? bytes[place]
    return TextRecord(bytes: bytes)
  }

  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
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
