// Lists of queues, and what they are joined with.

import Model
import Testing

@testable import Census

@Suite struct QueueTests {
  private let now = Timestamp(seconds: 1_795_464_000)

  private static let exim = """
    25m  2.9K 1tBcDe-000000001Ab-0XyZ <alice@domain.com>
              bob@example.org
            D carol@example.org

     4h  1.2M 1tBcDe-0001Ac-Xy <>  *** frozen ***
              dave@example.org
              +D eve@example.org

     3d   812 1tBcDf-000000001Ad-0XyZ <o'brien "x"@domain.com> (www-data)
              bob@example.org
    nonsense

    """

  @Test func listsOfExim() {
    let list = QueueList(Array(Self.exim.utf8), at: now)
    #expect(list.kind == .exim)
    #expect(list.messages.map(\.id) == ["1tBcDe-000000001Ab-0XyZ", "1tBcDe-0001Ac-Xy", "1tBcDf-000000001Ad-0XyZ"])
    #expect(list.messages.map(\.sender) == ["alice@domain.com", "", "o'brien \"x\"@domain.com"])
    #expect(list.messages.map(\.recipients) == [["bob@example.org"], ["dave@example.org"], ["bob@example.org"]])
    #expect(list.messages.map(\.size) == [2969, 1_258_291, 812])
    #expect(list.messages.map(\.state) == [.deferred, .frozen, .deferred])
    #expect(list.messages.map { now - $0.since } == [.seconds(1500), .seconds(4 * 3600), .seconds(3 * 86_400)])
    #expect(list.unreadable.map(\.line) == [11])
  }

  @Test func whatEximCannotReadIsReportedAndNoRecipient() {
    let text = """
       5m        1tBcDe-0001Ac-Xy <a@b.example>
                c@d.example

             1tBcDf-000000001Ad-0XyZ
          *** spool read error: Permission denied ***

       6m   300 1tBcDg-0001Ac-Xy <e@f.example>
          *** frozen ***
                g@h.example

      """
    let list = QueueList(Array(text.utf8), at: now)
    #expect(list.messages.map(\.id) == ["1tBcDe-0001Ac-Xy", "1tBcDg-0001Ac-Xy"])
    #expect(list.messages.map(\.size) == [nil, 300])
    #expect(list.messages.map(\.recipients) == [["c@d.example"], ["g@h.example"]])
    #expect(list.messages.map(\.state) == [.deferred, .frozen])
    #expect(list.unreadable.map(\.line) == [5])
    #expect(list.unreadable.first?.reason.contains("Permission denied") == true)
  }

  @Test func anIdTellsTheSecond() {
    // 1795460000 in base 62, an hour and some before now.
    let id = String(UInt64(1_795_460_000), base62: 6)
    let list = QueueList(Array(" 66m  1.0K \(id)-0001Ac-Xy <a@b.example>\n".utf8), at: now)
    #expect(list.messages.first?.since == Timestamp(seconds: 1_795_460_000))
  }

  private static let postfix = """
    {"queue_name": "deferred", "queue_id": "4F2A11C0", "arrival_time": 1795460000, "message_size": 2311, "forced_expire": false, "sender": "alice@domain.com", "recipients": [{"address": "bob@example.org", "delay_reason": "host mx.example.org[192.0.2.5] said: 451 4.7.5 no key for zendesk1._domainkey.domain.com (in reply to end of DATA command)"}]}
    {"queue_name": "hold", "queue_id": "4F2A11C1", "arrival_time": 1795460001, "message_size": 1, "sender": "MAILER-DAEMON", "recipients": []}
    {"queue_name": "deferred"}

    """

  @Test func listsOfPostfix() {
    let list = QueueList(Array(Self.postfix.utf8), at: now)
    #expect(list.kind == .postfix)
    #expect(list.messages.map(\.state) == [.deferred, .hold])
    #expect(list.messages.map(\.sender) == ["alice@domain.com", ""])
    #expect(list.messages.first?.reason?.hasPrefix("host mx.example.org") == true)
    #expect(list.unreadable.map(\.line) == [3])
    let waiting = QueueJoin(list).waiting
    #expect(waiting.map(\.key.name.description) == ["zendesk1._domainkey.domain.com"])
  }

  @Test(arguments: ["", "\n\n", "Mail queue is empty\n", "\0\0\0", String(repeating: "x", count: 1 << 20)])
  func whatIsNoList(text: String) {
    let list = QueueList(Array(text.utf8), at: now)
    #expect(list.messages.isEmpty)
    #expect(list.unreadable.count == (text.isEmpty || text.hasPrefix("\n") || text.hasPrefix("Mail") ? 0 : 1))
  }

  private func join(_ log: String) -> QueueJoin {
    var join = QueueJoin(QueueList(Array(Self.exim.utf8), at: now))
    var reader = LogReader(.init(clock: LogClock(reference: now), wantsFlow: true))
    Array(log.utf8).withUnsafeBytes { bytes in reader.feed(bytes) { join.take($0) } }
    reader.finish { join.take($0) }
    return join
  }

  @Test func aMessageWaitsForTheKeyThatFailed() {
    let join = join(
      """
      2026-11-24 19:30:00 1tBcDe-000000001Ab-0XyZ DKIM: d=domain.com s=zendesk1 c=relaxed/relaxed a=rsa-sha256 b=2048 [invalid - public key record (currently?) unavailable]
      2026-11-24 19:30:00 1tBcDe-000000001Ab-0XyZ DKIM: d=esp.example s=ok c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]
      2026-11-24 19:30:01 1tBcDe-000000001Ab-0XyZ <= alice@domain.com H=mx [192.0.2.1] P=esmtps S=2900
      2026-11-24 19:30:02 1tBcDe-000000001Ab-0XyZ == bob@example.org R=dnslookup T=remote_smtp defer (-46): 451 try later
      2026-11-24 19:31:02 1tBcDf-000000001Ad-0XyZ == bob@example.org R=dnslookup T=remote_smtp defer (111): Connection refused
      2026-11-24 19:31:02 1zzzzz-000000001Ad-0XyZ DKIM: d=other.example s=s1 c=relaxed/relaxed a=rsa-sha256 b=2048 [invalid - public key record (currently?) unavailable]

      """)
    #expect(join.waiting.map(\.key.name.description) == ["zendesk1._domainkey.domain.com"])
    #expect(join.waiting.first?.reason == "public key record (currently?) unavailable")
    #expect(join.waiting.first?.message.since == Timestamp("2026-11-24T19:30:01Z"))
    #expect(join.others == 2)
  }

  @Test func thatItWasNotTriedIsNoReason() {
    let join = join(
      """
      2026-11-24 19:30:02 1tBcDe-000000001Ab-0XyZ == bob@example.org R=pass_on T=onward defer (-46) H=mx [192.0.2.5]: SMTP error from remote mail server after end of data: 451 DKIM: the key zendesk1._domainkey.domain.com cannot be retrieved
      2026-11-24 19:30:07 1tBcDe-000000001Ab-0XyZ == bob@example.org R=pass_on T=onward defer (-54): retry time not reached for any host for 'example.org'

      """)
    #expect(join.waiting.map(\.key.name.description) == ["zendesk1._domainkey.domain.com"])
  }

  /// As Exim 4.96 prints it.
  private static let retries = """
      T:mx:192.0.2.5:25:1tBcDe-000000001Ab-0XyZ -46 13121 H=mx [192.0.2.5]: SMTP error from remote mail server after end of data: 451 DKIM: the key zendesk1._domainkey.domain.com cannot be retrieve
    24-Nov-2026 19:30:02  24-Nov-2026 19:45:02  24-Nov-2026 20:00:02 
      R:bob@example.org -1 0 lookup failed
    23-Nov-2026 19:30:02  24-Nov-2026 19:45:02  24-Nov-2026 21:00:02 *
      T:other:192.0.2.6:25 111 0 Connection refused
    22-Nov-2026 19:30:02  24-Nov-2026 19:45:02  24-Nov-2026 22:00:02 
      T:broken 1 2
    31-Feb-2026 19:30:02  24-Nov-2026 19:45:02  24-Nov-2026 22:00:02 
    nonsense \0
      R:
    """

  @Test func theRetryDatabaseSaysWhenEximTriesAgain() throws {
    let data = EximRetryData(Array(Self.retries.utf8))
    #expect(
      data.entries.map(\.key) == [
        "T:mx:192.0.2.5:25:1tBcDe-000000001Ab-0XyZ", "R:bob@example.org", "T:other:192.0.2.6:25",
      ])
    let messages = QueueList(Array(Self.exim.utf8), at: now).messages
    #expect(data.entry(of: messages[0], deferral: nil)?.nextTry == Timestamp("2026-11-24T20:00:02Z"))
    #expect(data.entry(of: messages[1], deferral: nil) == nil)
    #expect(
      data.entry(
        of: messages[1], deferral: "dave@example.org R=r T=t defer (111) H=other [192.0.2.6]: Connection refused")?
        .failingSince == Timestamp("2026-11-22T19:30:02Z"))
    #expect(data.entry(of: messages[2], deferral: nil)?.failingSince == Timestamp("2026-11-23T19:30:02Z"))
  }

  @Test func aMessageBouncesByWhatTheMailServerKnows() {
    var message = QueuedMessage(id: "4F2A11C0", since: now, sender: "")
    #expect(message.bouncesAt == nil)
    message.lifetime = .seconds(3600)
    #expect(message.bouncesAt == now + .seconds(3600))
    message.failingSince = now + .seconds(60)
    #expect(message.bouncesAt == now + .seconds(3660))
    message.state = .frozen
    #expect(message.bouncesAt == nil)
  }

  @Test func whatVerifiesAgainWaitsNoLonger() {
    let join = join(
      """
      2026-11-24 19:30:00 1tBcDe-000000001Ab-0XyZ DKIM: d=domain.com s=zendesk1 c=relaxed/relaxed a=rsa-sha256 b=2048 [invalid - public key record (currently?) unavailable]
      2026-11-24 19:40:00 1tBcDe-000000001Ab-0XyZ DKIM: d=domain.com s=zendesk1 c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]

      """)
    #expect(join.waiting.isEmpty)
  }

  @Test func aDeferralThatIsAboutSignaturesWaitsForTheKeyOfTheMessage() throws {
    var join = join(
      """
      2026-11-24 19:30:02 1tBcDf-000000001Ad-0XyZ == bob@example.org R=dnslookup T=remote_smtp defer (-46) H=mx [192.0.2.5]: SMTP error from remote mail server after end of data: 451 4.7.5 DKIM validation not possible

      """)
    #expect(join.waiting.isEmpty)
    join.addSignature(
      try KeyName(selector: DomainName("s1"), domain: DomainName("domain.com")), of: "1tBcDf-000000001Ad-0XyZ")
    #expect(join.waiting.map(\.key.selector.description) == ["s1"])
  }
}

extension String {
  /// A number in so many digits of base 62.
  fileprivate init(_ number: UInt64, base62 count: Int) {
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    var (rest, text) = (number, "")
    for _ in 0..<count {
      text = String(digits[Int(rest % 62)]) + text
      rest /= 62
    }
    self = text
  }
}
