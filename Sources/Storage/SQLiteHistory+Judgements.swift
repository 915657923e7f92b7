// What the texts of answers are worth: judged once, and not again after a restart.

internal import Foundation
internal import GRDB
public import Model

/// All that a judgement of an answer's texts depends on, apart from the rules.
public struct JudgedAnswer: Hashable, Sendable {
  /// The digest of the answer.
  public var answer: Digest
  /// The size that is expected of a key.
  public var minimumBits: Int?

  public init(answer: Digest, minimumBits: Int? = nil) {
    self.answer = answer
    self.minimumBits = minimumBits
  }
}

extension SQLiteHistory {
  public func judgements(
    of answers: some Collection<JudgedAnswer> & Sendable, rules: String
  ) async throws(StorageError) -> [JudgedAnswer: [UInt8]] {
    if answers.isEmpty { return [:] }
    return try await read { connection in
      let statement = try connection.cachedStatement(
        sql: "SELECT content FROM judgements WHERE answer = ? AND minimum_bits = ? AND rules = ?")
      return try answers.reduce(into: [:]) { found, answer in
        let content = try Data.fetchOne(
          statement, arguments: [answer.answer.bytes, answer.minimumBits ?? 0, rules])
        found[answer] = content.map { Array($0) }
      }
    }
  }

  public func keep(_ judgements: [JudgedAnswer: [UInt8]], rules: String) async throws(StorageError) {
    if judgements.isEmpty { return }
    try await write { connection in
      let statement = try connection.cachedStatement(
        sql: """
          INSERT INTO judgements (answer, minimum_bits, rules, content) VALUES (?, ?, ?, ?)
          ON CONFLICT (answer, minimum_bits) DO UPDATE SET rules = excluded.rules, content = excluded.content
          """)
      for (answer, content) in judgements {
        try statement.execute(
          arguments: [answer.answer.bytes, answer.minimumBits ?? 0, rules, Data(content)])
      }
    }
  }

  public func newestAnswer() async throws(StorageError) -> Int64 {
    try await read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM answers") ?? 0 }
  }

  public func comparedAnswers(rules: String) async throws(StorageError) -> Int64 {
    try await read { connection in
      try Int64.fetchOne(connection, sql: "SELECT answer FROM comparison WHERE rules = ?", arguments: [rules]) ?? 0
    }
  }

  public func setComparedAnswers(_ answer: Int64, rules: String) async throws(StorageError) {
    try await write { connection in
      try connection.execute(
        sql: """
          INSERT INTO comparison (id, answer, rules) VALUES (1, ?, ?)
          ON CONFLICT (id) DO UPDATE SET answer = excluded.answer, rules = excluded.rules
            WHERE answer <> excluded.answer OR rules <> excluded.rules
          """, arguments: [answer, rules])
    }
  }

  /// Forgets the judgements of answers that are kept no longer.
  static func pruneJudgements(_ connection: Database) throws {
    try connection.execute(
      sql: "DELETE FROM judgements WHERE NOT EXISTS (SELECT 1 FROM answers WHERE digest = judgements.answer)")
  }
}
