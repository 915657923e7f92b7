// What is known of the mail that keys sign: counted per pair and day, and kept.

/// Messages of one pair, one day and one result, as a source told them.
public struct MailTally: Hashable, Sendable {
  public var domain: DomainName
  /// nil where the source names the domain alone.
  public var selector: DomainName?
  /// Days since 1970-01-01, in UTC.
  public var day: Int64
  /// An RFC 8601 word, or `signed`.
  public var result: String
  public var messages: Int
  public var first: Timestamp
  public var last: Timestamp

  public init(
    domain: DomainName, selector: DomainName?, day: Int64, result: String, messages: Int, first: Timestamp,
    last: Timestamp
  ) {
    self.domain = domain
    self.selector = selector
    self.day = day
    self.result = result
    self.messages = messages
    self.first = first
    self.last = last
  }
}

/// What one read of a source of mail changes; written in one transaction, so that no line counts twice and none is lost.
public struct MailChange: Hashable, Sendable {
  /// The source: the path of a log, of a folder of reports or of a Maildir, or `journal:UNIT`.
  public var source: String
  /// How far the source was read, as JSON; nil where that is told by files alone.
  public var position: String?
  /// A file of the source that was read whole and is not read again.
  public var file: String?
  public var tallies: [MailTally]

  public init(source: String, position: String? = nil, file: String? = nil, tallies: [MailTally] = []) {
    self.source = source
    self.position = position
    self.file = file
    self.tallies = tallies
  }
}

/// On which days mail was signed with a key.
public struct MailDays: Hashable, Sendable {
  public var key: KeyName
  public var lastSeen: Timestamp
  /// Messages by days since 1970-01-01, in UTC; days without mail are left out.
  public var messages: [Int64: Int]

  public init(key: KeyName, lastSeen: Timestamp, messages: [Int64: Int]) {
    self.key = key
    self.lastSeen = lastSeen
    self.messages = messages
  }
}

/// Keys that no mail was signed with lately, and whether there was any mail at all.
public struct MailSilence: Hashable, Sendable {
  public var keys: [MailDays]
  /// When the last mail of any key was seen; nil where none ever was.
  public var lastMail: Timestamp?
  /// Keys whose silence was told and is over, and when mail was last signed with them.
  public var ended: [KeyName: Timestamp]

  public init(keys: [MailDays] = [], lastMail: Timestamp? = nil, ended: [KeyName: Timestamp] = [:]) {
    self.keys = keys
    self.lastMail = lastMail
    self.ended = ended
  }
}

/// A selector that is watched because mail is signed with it.
public struct LearnedWatch: Hashable, Sendable {
  public var key: KeyName
  public var reason: Reason
  public var since: Timestamp
  /// The last mail that was signed with it.
  public var lastMail: Timestamp

  /// Why it is watched.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Mail failed for want of its key.
    case failing
    /// Enough mail is signed with it.
    case inUse
  }

  public init(key: KeyName, reason: Reason, since: Timestamp, lastMail: Timestamp) {
    self.key = key
    self.reason = reason
    self.since = since
    self.lastMail = lastMail
  }
}

/// A message whose signature failed for want of a key, as a log tells it.
public struct MailFailure: Hashable, Sendable {
  public var key: KeyName
  public var at: Timestamp
  /// What the log says of it, in its own words; not escaped.
  public var reason: String?
  /// The id of the message in the queue.
  public var queueID: String?

  public init(key: KeyName, at: Timestamp, reason: String? = nil, queueID: String? = nil) {
    self.key = key
    self.at = at
    self.reason = reason
    self.queueID = queueID
  }
}

/// What one read of the mail brings for whoever watches keys.
public struct MailNews: Hashable, Sendable {
  /// Pairs whose mail failed for want of a key, the last failure each.
  public var failures: [MailFailure]
  /// Pairs whose mail verified, and when it last did.
  public var passed: [KeyName: Timestamp]
  /// Pairs that no mail named before.
  public var new: [KeyName]
  /// Pairs that enough mail is signed with to be watched.
  public var inUse: [KeyName: Timestamp]

  public init(
    failures: [MailFailure] = [], passed: [KeyName: Timestamp] = [:], new: [KeyName] = [],
    inUse: [KeyName: Timestamp] = [:]
  ) {
    self.failures = failures
    self.passed = passed
    self.new = new
    self.inUse = inUse
  }

  public var isEmpty: Bool { failures.isEmpty && passed.isEmpty && new.isEmpty && inUse.isEmpty }
}

/// Which selectors are watched because of mail.
public struct LearningPolicy: Hashable, Sendable {
  /// Whether selectors stay watched whose mail failed for want of a key.
  public var watchesFailing: Bool
  /// Whether selectors are watched that enough mail is signed with.
  public var watchesInUse: Bool
  /// Patterns of signing domains; empty for all.
  public var domains: [DomainPattern]
  public var forgetAfter: Duration
  /// The most watches that come from mail alone.
  public var maximum: Int
  /// How often they are looked at.
  public var interval: Duration

  public init(
    watchesFailing: Bool = false, watchesInUse: Bool = false, domains: [DomainPattern] = [],
    forgetAfter: Duration = .seconds(90 * 86_400), maximum: Int = 1000, interval: Duration = .seconds(900)
  ) {
    self.watchesFailing = watchesFailing
    self.watchesInUse = watchesInUse
    self.domains = domains
    self.forgetAfter = forgetAfter
    self.maximum = maximum
    self.interval = interval
  }
}
