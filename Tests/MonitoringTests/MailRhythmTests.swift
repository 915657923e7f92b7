// After what silence a key is said to sign no mail any more.

import Model
import Testing

@testable import Monitoring

@Suite struct MailRhythmTests {
  private let now = Timestamp(seconds: 1_700_000_000)
  private var today: Int64 { now.seconds / 86_400 }

  /// A key with so many messages on each of these days ago.
  private func mail(_ daysAgo: some Sequence<Int64>, each messages: Int = 3) throws -> MailDays {
    let days = Array(daysAgo)
    return MailDays(
      key: try KeyName(selector: DomainName("s1"), domain: DomainName("example.org")),
      lastSeen: now - .seconds((days.min() ?? 0) * 86_400),
      messages: Dictionary(days.map { (today - $0, messages) }) { $1 })
  }

  private func tells(_ mail: MailDays, lastMailOfAny: Duration = .seconds(60)) -> Bool {
    !MailSilence(keys: [mail], lastMail: now - lastMailOfAny).told(at: now).isEmpty
  }

  @Test func dailyMailIsMissedAfterFiveDays() throws {
    #expect(try !tells(mail(5..<40)))
    #expect(try tells(mail(6..<40)))
  }

  @Test func weeklyMailIsMissedAfterTwoWeeksAndADay() throws {
    let weekly = (0..<12).map { Int64($0) * 7 }
    #expect(try !tells(mail(weekly.map { $0 + 15 })))
    #expect(try tells(mail(weekly.map { $0 + 16 })))
  }

  @Test func aKeyWithLittleMailIsNeverMissed() throws {
    #expect(try !tells(mail(30..<39, each: 100)))
    #expect(try !tells(mail(30..<49, each: 1)))
  }

  @Test func ifNoMailCameAtAllItIsNotTheKey() throws {
    #expect(try !tells(mail(6..<40), lastMailOfAny: .seconds(2 * 86_400)))
    #expect(MailSilence(keys: [try mail(6..<40)], lastMail: nil).told(at: now).isEmpty)
  }
}
