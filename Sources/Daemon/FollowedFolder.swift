// A folder in which reports arrive, or a Maildir: each file is read once, when it is there whole.

internal import Census
internal import Intake
internal import Logging
internal import Model
internal import Storage

actor FollowedFolder: MailSource {
  /// What is kept of a folder, and where its files are.
  private let source: String
  private let folders: [String]
  private let intake: MailIntake
  /// Files that were taken, by `identity`.
  private var taken: Set<String> = []
  private var told: String?
  /// When files are forgotten next that are not there any more.
  private var nextForgetting = Duration.zero
  private static let forgettingInterval = Duration.seconds(86_400)

  /// Reports are written in place by some: one that was written to this lately may not be whole.
  private static let settling = Duration.seconds(2)
  /// How many files are read before others get their turn.
  private static let pageSize = 200

  init(reports path: String, intake: MailIntake) {
    source = path
    folders = [path]
    self.intake = intake
  }

  init(maildir path: String, intake: MailIntake) {
    source = path
    folders = [path + "/new", path + "/cur"]
    self.intake = intake
  }

  func read() async {
    do {
      var present: Set<String> = []
      for folder in folders { present.formUnion(try await read(folder)) }
      // An empty folder may be one that is not mounted.
      if !present.isEmpty, intake.clock.elapsed() >= nextForgetting {
        nextForgetting = intake.clock.elapsed() + Self.forgettingInterval
        try await intake.store.forgetMailFiles(of: source, except: present)
        taken.formIntersection(present)
      }
      told = nil
    } catch {
      let trouble = "\(error)"
      if told != trouble { intake.logger.warning("\(trouble)", metadata: ["folder": "\(source)"]) }
      told = trouble
    }
  }

  /// Gives the files that are there.
  private func read(_ folder: String) async throws -> Set<String> {
    guard let files = try FolderListing.files(in: folder) else {
      throw MissingFolder(path: folder)
    }
    let present = Set(files.map { Self.identity(of: $0.name) })
    let now = intake.clock.now()
    var candidates = files.filter {
      !taken.contains(Self.identity(of: $0.name)) && now - $0.modifiedAt >= Self.settling
    }
    candidates = Array(candidates.prefix(Self.pageSize))
    guard !candidates.isEmpty else { return present }
    let known = try await intake.store.takenMailFiles(
      of: source, among: candidates.map { Self.identity(of: $0.name) })
    for file in candidates where !Task.isCancelled {
      let identity = Self.identity(of: file.name)
      if !known.contains(identity) { try await take(folder + "/" + file.name, identity) }
      taken.insert(identity)
    }
    return present
  }

  private func take(_ path: String, _ identity: String) async throws {
    var reading = Intake(trustedServers: intake.trusted, now: intake.clock.now())
    reading.read(.file(path))
    var sum = DailyIntake(now: intake.clock.now())
    for entry in reading.census.entries { sum.take(entry, kind: .report) }
    for fault in reading.tally.faults + reading.tally.failures {
      sum.take(UnreadableLine(line: fault.line, reason: fault.reason))
    }
    try await intake.commit(sum, of: source, file: identity)
  }

  /// What a message is called whatever its flags: `1700000000.M1.host:2,S` is `1700000000.M1.host`.
  static func identity(of name: String) -> String { String(name.prefix { $0 != ":" }) }
}

/// A folder that the configuration names is not there.
struct MissingFolder: Error, CustomStringConvertible {
  var path: String
  var description: String { "there is no folder \(path); expected one in which reports or messages arrive" }
}
