// The audits of the daemon: the last result of each domain, and findings as spans.

internal import Foundation
internal import GRDB
public import Model

/// Keeps what audits found. A `Change` brings it in.
public protocol AuditStore: Sendable {
  /// What is known of each domain that was ever audited.
  func audits() async throws(StorageError) -> [StoredAudit]
  /// The findings of a domain in the course of time, by first sight, oldest first; those that reach beyond `since`.
  func findings(of domain: DomainName, since: Timestamp?) async throws(StorageError) -> [FindingSpan]
  /// The selectors that signed mail of a domain since a time, with success, the latest first; the census of `mail` has them.
  func selectorsInMail(of domain: DomainName, since time: Timestamp) async throws(StorageError) -> [DomainName]
  /// Ends what is no longer audited: the findings of other domains end, and what must be known at their next audit is forgotten.
  func retireAudits(keeping domains: Set<DomainName>) async throws(StorageError)
}

/// What is known of the audits of one domain.
public struct StoredAudit: Hashable, Sendable {
  public var result: AuditResult
  /// As `AuditChange` has it; nil where the domain is no longer audited.
  public var memory: AuditMemory?
  /// The findings of the last audit, by first sight.
  public var findings: [FindingSpan]

  public init(result: AuditResult, memory: AuditMemory?, findings: [FindingSpan]) {
    self.result = result
    self.memory = memory
    self.findings = findings
  }
}

extension SQLiteHistory: AuditStore {
  public func audits() async throws(StorageError) -> [StoredAudit] {
    try await read { connection in
      let decoder = JSONDecoder()
      let current = try Row.fetchAll(
        connection,
        sql: "SELECT * FROM audit_findings WHERE last_seen IS NULL ORDER BY domain, first_seen, rule, position")
      let findings = Dictionary(grouping: try current.map(AuditRow.span), by: \.domain)
      return try Row.fetchAll(connection, sql: "SELECT * FROM audits ORDER BY domain").map { row in
        let result: AuditResult = try row.json("result", decoder)
        let memory: AuditMemory? = row["memory"] == nil ? nil : try row.json("memory", decoder)
        return StoredAudit(result: result, memory: memory, findings: findings[result.domain] ?? [])
      }
    }
  }

  public func findings(of domain: DomainName, since: Timestamp?) async throws(StorageError) -> [FindingSpan] {
    try await read { connection in
      try Row.fetchAll(
        connection,
        sql: """
          SELECT * FROM audit_findings WHERE domain = ? AND (last_seen IS NULL OR last_seen >= ?)
          ORDER BY first_seen, rule, position
          """, arguments: [domain.description, since?.microseconds ?? Int64.min]
      ).map(AuditRow.span)
    }
  }

  public func selectorsInMail(
    of domain: DomainName, since time: Timestamp
  ) async throws(StorageError) -> [DomainName] {
    try await read { connection in
      try Row.fetchAll(
        connection,
        sql: """
          SELECT selector FROM mail_pairs WHERE domain = ? AND selector <> '' AND last_seen >= ?
            AND EXISTS (SELECT 1 FROM mail_counts WHERE pair = id AND result IN ('pass', 'signed'))
          ORDER BY last_seen DESC LIMIT 20
          """, arguments: [domain.description, time.microseconds]
      ).map { try $0.name("selector") }
    }
  }

  public func retireAudits(keeping domains: Set<DomainName>) async throws(StorageError) {
    try await write { connection in
      let decoder = JSONDecoder()
      for row in try Row.fetchAll(connection, sql: "SELECT * FROM audits WHERE memory IS NOT NULL") {
        let result: AuditResult = try row.json("result", decoder)
        if domains.contains(result.domain) { continue }
        let name = result.domain.description
        try connection.execute(sql: "UPDATE audits SET memory = NULL WHERE domain = ?", arguments: [name])
        try connection.execute(
          sql: """
            UPDATE audit_findings SET last_seen = max(first_seen, ?) WHERE domain = ? AND last_seen IS NULL
            """, arguments: [result.checkedAt.microseconds, name])
      }
    }
  }
}

/// Audits as rows.
enum AuditRow {
  static func write(_ change: AuditChange, _ connection: Database, _ encoder: JSONEncoder) throws {
    let domain = change.result.domain.description
    try connection.cachedStatement(
      sql: """
        INSERT INTO audits (domain, memory, result) VALUES (?, ?, ?)
        ON CONFLICT (domain) DO UPDATE SET memory = excluded.memory, result = excluded.result
        """
    ).execute(arguments: [
      domain, String(decoding: try encoder.encode(change.memory), as: UTF8.self),
      String(decoding: try encoder.encode(change.result), as: UTF8.self),
    ])
    for span in change.spans {
      try connection.cachedStatement(
        sql: """
          INSERT INTO audit_findings
            (domain, rule, first_seen, position, severity, text, evidence, remedy, last_seen)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (domain, rule, first_seen, position) DO UPDATE SET last_seen = excluded.last_seen
          """
      ).execute(arguments: [
        domain, span.finding.rule, span.firstSeen.microseconds, span.position, span.finding.severity.rawValue,
        span.finding.text, span.finding.evidence, span.finding.remedy,
        span.lastSeen.map { max($0, span.firstSeen).microseconds },
      ])
    }
  }

  static func span(_ row: Row) throws -> FindingSpan {
    FindingSpan(
      domain: try row.name("domain"),
      finding: Finding(
        rule: row["rule"], severity: Severity(rawValue: row["severity"]) ?? .warning, text: row["text"],
        evidence: row["evidence"], remedy: row["remedy"]),
      firstSeen: row.time("first_seen"), position: row["position"], lastSeen: row.optionalTime("last_seen"))
  }

  static func prune(before limit: Int64, _ connection: Database) throws {
    try connection.execute(sql: "DELETE FROM audit_findings WHERE last_seen < ?", arguments: [limit])
    try connection.execute(
      sql: """
        DELETE FROM audits WHERE memory IS NULL
          AND NOT EXISTS (SELECT 1 FROM audit_findings WHERE audit_findings.domain = audits.domain)
        """)
  }
}
