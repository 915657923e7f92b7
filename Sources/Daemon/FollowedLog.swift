// One log file that is followed across rotation and restarts.

internal import Census
internal import Intake
internal import Logging
internal import Model
internal import Storage

actor FollowedLog: MailSource {
  private let folder: LogFolder
  private let intake: MailIntake
  private var reader: LogReader
  /// nil until it is known how far it was read.
  private var state: FollowState?
  /// Whether the reader knows what stood before the line that comes next.
  private var hasMemory = false
  /// What was last told of, so that a lasting trouble is one line.
  private var told: String?

  init(path: String, format: LogReader.Options.Format = .auto, intake: MailIntake) {
    folder = LogFolder(path: path)
    self.intake = intake
    reader = LogReader(
      .init(
        clock: LogClock(reference: intake.clock.now(), offset: LocalTime.offset), trustedServers: intake.trusted,
        format: format))
  }

  func read() async {
    do {
      try await readNow()
      if told != nil { intake.logger.notice("the log is read again", metadata: ["file": "\(folder.path)"]) }
      told = nil
    } catch {
      tell("\(error)")
    }
  }

  private func tell(_ trouble: String) {
    if told != trouble { intake.logger.warning("\(trouble)", metadata: ["file": "\(folder.path)"]) }
    told = trouble
  }

  private func readNow() async throws {
    var state: FollowState
    if let known = self.state {
      state = known
    } else {
      state = try await intake.store.mailPosition(of: folder.path).flatMap(FollowState.init(json:)) ?? FollowState()
    }
    let plan = FollowPlan(state, try folder.look(state), at: LogFolder.now())
    if plan.hasGap {
      intake.logger.warning(
        "the log was replaced, and what was written before that is nowhere to be found: mail may be missing from the census",
        metadata: ["file": "\(folder.path)"])
    }
    for segment in plan.segments {
      guard let file = try folder.open(segment, wantsFormer: !hasMemory) else { return }
      // They were counted before; what they began to tell may end in the lines that come now.
      file.former.withUnsafeBytes { bytes in reader.feed(bytes) { _ in } }
      hasMemory = true
      while let block = try file.next() {
        var sum = DailyIntake(now: intake.clock.now())
        // What cannot be committed is read again, by a reader that has not seen it.
        var reader = self.reader
        block.withUnsafeBytes { bytes in reader.feed(bytes) { sum.take($0) } }
        var next = state
        next.advance(segment, to: file.offset, head: file.head, at: LogFolder.now())
        try await intake.commit(sum, of: folder.path, position: next.json)
        self.reader = reader
        state = next
        self.state = state
        if Task.isCancelled { return }
      }
      state.advance(segment, to: file.offset, head: file.head, at: LogFolder.now())
    }
    self.state = state
  }
}
