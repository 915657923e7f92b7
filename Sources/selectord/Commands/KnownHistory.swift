// What the daemon's database knows, for verbs that work without one too.

import Config
import Daemon
import Diagnosing
import Judging
import Model
import Monitoring
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

  /// Every answer to the question for a key; nil where there is no database.
  func spans(of key: KeyName) async -> [AnswerSpan]? {
    try? await store?.spans(of: key, since: nil)
  }
}
