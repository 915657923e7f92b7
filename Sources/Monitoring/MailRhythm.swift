// How regularly a key signs mail, and after what silence that is worth a word.

package import Model

/// The usual span between two days with mail of a key.
package struct MailRhythm: Hashable, Sendable {
  /// The longest span between two days with mail, in days.
  package let longestSpan: Int64

  /// A key with fewer messages has no rhythm.
  package static let leastMessages = 20
  /// A key with mail on fewer days has none either: a campaign is no habit.
  static let leastDays = 10
  /// No silence is worth a word that is shorter: a weekend with a holiday before it.
  package static let leastSilence = Duration.seconds(5 * 86_400)

  /// nil where there is too little mail to tell.
  package init?(_ mail: MailDays) {
    guard mail.messages.values.reduce(0, +) >= Self.leastMessages, mail.messages.count >= Self.leastDays else {
      return nil
    }
    let days = mail.messages.keys.sorted()
    longestSpan = zip(days, days.dropFirst()).map { $1 - $0 }.max() ?? 1
  }

  /// How long a silence must last to be told: twice the longest one so far, and a day more.
  package var silentAfter: Duration { max(Self.leastSilence, .seconds((2 * longestSpan + 1) * 86_400)) }
}

extension MailSilence {
  /// Other mail must have been seen this lately: else it is our source that is silent, and not a key.
  static let othersWithin = Duration.seconds(86_400)

  /// The keys whose silence is worth a word, with their rhythm.
  package func told(at now: Timestamp) -> [(mail: MailDays, rhythm: MailRhythm)] {
    guard let lastMail, now - lastMail <= Self.othersWithin else { return [] }
    return keys.compactMap { mail in
      guard let rhythm = MailRhythm(mail), now - mail.lastSeen > rhythm.silentAfter else { return nil }
      return (mail, rhythm)
    }
  }
}
