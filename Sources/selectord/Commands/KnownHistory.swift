// What the daemon's database knows, for verbs that work without one too.

import Config
import Daemon
import Diagnosing
import Judging
import Model
import Monitoring
import Phrasing
import Storage

/// The part of the database that a verb needs; empty where there is none.
struct KnownHistory: Sendable {
  private var memory = StoredMemory()
  private var store: SQLiteHistory?

  /// No history.
  init() {}

  /// Opens what is known. A database that is not there, or cannot be read, is no history.
  init(configuration: Configuration?) async throws {
    guard let configuration, InputFile.exists(configuration.database) else { return }
    do {
      let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
      memory = try await store.memory()
      self.store = store
    } catch {
      Console.message("selectord: continuing without history: \("\(error)".withoutControls)\n")
    }
  }

  /// What caches held at the last look of the monitor.
  func caches(of key: KeyName) -> [CacheClock] { memory.watches[key]?.caches ?? [] }

  func input(of look: JudgedLook) async -> DiagnosisInput {
    let zone =
      memory.watches[look.key]?.zone ?? look.delegation?.zone ?? look.key.domain
    return DiagnosisInput(
      look: look, memory: memory.watches[look.key], zone: memory.zones[zone], spans: await spans(of: look.key))
  }

  /// What mail says of a key, as a sentence about the old key of a rotation; nil where no mail was seen, or nobody looks.
  func sentence(onOldKey key: KeyName, at now: Timestamp) async -> String? {
    guard let use = (try? await store?.mailUse(of: [key], at: now))?[key] else { return nil }
    let count =
      use.messages7d == 0
      ? "none in the last 7 days" : "\(Phrase.count(use.messages7d, "message")) in the last 7 days"
    return "The last mail that was signed with \(key.selector) was seen at \(use.lastSeen.tableText); \(count)."
  }

  /// Every answer to the question for a key; nil where there is no database.
  func spans(of key: KeyName) async -> [AnswerSpan]? {
    try? await store?.spans(of: key, since: nil)
  }
}
