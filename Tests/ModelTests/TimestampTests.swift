// Points in time.

import Model
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-23T20:00:00Z", 1_795_464_000), ("2000-02-29T23:59:59Z", 951_868_799),
      ("2024-02-29T12:00:00Z", 1_709_208_000), ("1969-12-31T23:59:59Z", -1), ("1900-01-01T00:00:00Z", -2_208_988_800),
      ("2100-03-01T00:00:00Z", 4_107_542_400), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] as [(String, Int64)]) func readsAndPrints(_ text: String, _ seconds: Int64)
  {
    #expect(Timestamp(text) == Timestamp(seconds: seconds))
    #expect(Timestamp(seconds: seconds).description == text)
  }

  @Test(arguments: [
    ("2026-11-23T22:00:00+02:00", "2026-11-23T20:00:00.000000Z"),
    ("2026-11-23T19:30:00-00:30", "2026-11-23T20:00:00.000000Z"),
    ("2026-11-23t20:00:00z", "2026-11-23T20:00:00.000000Z"), ("2026-11-23T20:00:00.5Z", "2026-11-23T20:00:00.500000Z"),
    ("2026-11-23T20:00:00.123456789Z", "2026-11-23T20:00:00.123456Z"),
    ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250000Z"), ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
  ]) func readsOtherForms(_ text: String, _ expected: String) {
    #expect(Timestamp(text)?.preciseDescription == expected)
  }

  @Test(arguments: [
    "", "2026-11-23", "2026-11-23T20:00:00", "2026-11-23 20:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
    "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-23T24:00:00Z",
    "2026-11-23T20:60:00Z",
    "2026-11-23T20:00:61Z", "2026-11-23T20:00:00.Z", "2026-11-23T20:00:00ZZ", "2026-11-23T20:00:00+0200",
    "2026-11-23T20:00:00+99:00", "2026-11-23T20:00:00+02:60", "+026-11-23T20:00:00Z", "2026-11-23T20:00:00.5",
  ]) func refuses(_ text: String) { #expect(Timestamp(text) == nil) }

  @Test func everyDayOfFourCenturiesReadsBack() {
    for day in stride(from: Int64(-146_097), to: 146_097, by: 13) {
      let time = Timestamp(seconds: day * 86_400)
      #expect(Timestamp(time.description) == time)
    }
  }

  @Test func calculates() {
    let time = Timestamp(seconds: 100)
    #expect(time + .milliseconds(1500) == Timestamp(microseconds: 101_500_000))
    #expect(time - .seconds(101) == Timestamp(seconds: -1))
    #expect(Timestamp(seconds: 5) - Timestamp(seconds: 7) == .seconds(-2))
    #expect(Timestamp(microseconds: -1).seconds == -1)
    #expect(Timestamp(microseconds: -1) < Timestamp(seconds: 0))
  }

  @Test(arguments: [(0, "00:00"), (86_399, "23:59"), (-60, "23:59"), (50_700, "14:05")] as [(Int64, String)])
  func tellsTheTimeOfDay(_ seconds: Int64, _ expected: String) {
    #expect(Timestamp(seconds: seconds).timeOfDay == expected)
  }
}
