// Days of churn over many watches, in simulated time: what the product tells is held against what an oracle expects.

import Glibc
import Model
import TestSupport
import Testing

@Suite struct AlarmTests {
  /// `SELECTORD_SEEDS=300` runs so many, of five days each; `SELECTORD_SEEDS=17-19` those. Without it a day of one seed is
  /// played.
  static let seeds: [UInt64] = {
    let text = getenv("SELECTORD_SEEDS").map { String(cString: $0) } ?? "1"
    let bounds = text.split(separator: "-").compactMap { UInt64($0) }
    guard let last = bounds.last else { return [1] }
    return Array((bounds.count == 2 ? bounds[0] : 1)...max(last, 1))
  }()

  private func number(_ name: String, _ standard: Double) -> Double {
    getenv(name).flatMap { Double(String(cString: $0)) } ?? standard
  }

  @Test(arguments: seeds) func nothingIsMissedAndNothingIsMadeUp(seed: UInt64) throws {
    let kinds = getenv("SELECTORD_TROUBLE").map { text in
      Set(String(cString: text).split(separator: ",").compactMap { Trouble(rawValue: String($0)) })
    }
    let world = try World(
      seed: seed, watches: Int(number("SELECTORD_WATCHES", 200)), kinds: kinds ?? Set(Trouble.allCases),
      days: number("SELECTORD_DAYS", Self.seeds.count > 1 ? 5 : 1))
    let lossPerMille = Int64(number("SELECTORD_LOSS", 0))
    var player = Player(world, lossPerMille: lossPerMille)
    player.run()
    let verdicts = Comparison(world, told: player.told, losses: lossPerMille == 0 ? 0 : 3).verdicts
    print(
      "seed \(seed): \(verdicts.expected) events expected, \(verdicts.told) told, \(verdicts.reminders) reminders, \(verdicts.optional) that may come; \(verdicts.missing.count) missing, \(verdicts.surplus.count) too many; \(player.counts)"
    )
    for text in verdicts.missing.prefix(3) + verdicts.surplus.prefix(3) + verdicts.disorder.prefix(3) {
      Issue.record("\(text)")
    }
    // Not the verdicts themselves, which would be printed whole.
    let isClean = verdicts.isClean
    #expect(isClean)
    #expect(verdicts.expected > 0)
  }

  /// The records are what the model takes them for.
  @Test func theStockIsWhatItSays() {
    let stock = KeyStock.shared
    for number in stock.keys.indices {
      #expect(stock.judgement(.key(number))?.verdict == .ok)
      #expect(stock.judgement(.damaged(number))?.state == .invalid)
    }
    for number in stock.weakKeys.indices {
      #expect(stock.judgement(.weak(number))?.state == .published)
      #expect(stock.judgement(.weak(number))?.verdict == .warning)
    }
    #expect(stock.judgement(.revoked)?.state == .revoked)
  }
}
