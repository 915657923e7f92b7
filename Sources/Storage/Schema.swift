// The tables, as an append-only list of migrations: a row that was released is never edited.

internal import GRDB

/// One step from a version of the schema to the next.
struct Migration: Sendable {
  /// The value of `user_version` after it.
  var version: Int
  var sql: String
}

enum Schema {
  /// `PRAGMA application_id`: "SLCT", so that another program's file is never taken for ours.
  static let applicationID = 0x534C_4354

  /// The newest version that this binary knows.
  static var version: Int { migrations.last?.version ?? 0 }

  // Times are microseconds since 1970 in UTC. Names are in master-file notation, lower case, without a final dot.
  static let migrations = [
    Migration(
      version: 1,
      sql: """
        CREATE TABLE watches (
          id INTEGER PRIMARY KEY,
          domain TEXT NOT NULL,
          selector TEXT NOT NULL,
          memory TEXT,                     -- JSON of what the monitor knows; NULL where no longer monitored
          UNIQUE (domain, selector)
        ) STRICT;

        CREATE TABLE zones (
          name TEXT PRIMARY KEY,
          memory TEXT NOT NULL             -- JSON: delegation, first seen, last change
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE views (
          name TEXT PRIMARY KEY,
          memory TEXT NOT NULL             -- JSON: down since, incident
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE answers (             -- each different answer once
          id INTEGER PRIMARY KEY,
          digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 16),
          outcome TEXT NOT NULL CHECK (outcome IN ('records', 'nodata', 'nxdomain', 'failed')),
          failure TEXT CHECK ((failure IS NOT NULL) = (outcome = 'failed')),
          cname TEXT NOT NULL              -- the targets of the chain in order, blanks between
        ) STRICT;

        CREATE TABLE answer_records (      -- the TXT records of an answer
          answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
          position INTEGER NOT NULL,
          rdata BLOB NOT NULL,             -- as on the wire: each string with its length byte
          text TEXT NOT NULL,              -- the same for people: strings joined
          PRIMARY KEY (answer, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE spans (               -- one server of one view gave one answer, from the first to the last time
          id INTEGER PRIMARY KEY,
          watch INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
          view TEXT NOT NULL,
          server TEXT NOT NULL,
          endpoint TEXT,
          answer INTEGER NOT NULL REFERENCES answers (id),
          first_seen INTEGER NOT NULL,
          last_seen INTEGER CHECK (last_seen >= first_seen),   -- NULL: current
          rcode INTEGER,                   -- from here on: as the answer was when it was first seen
          ttl INTEGER,
          negative_ttl INTEGER,
          flags TEXT NOT NULL,             -- of aa, ad, tc and dname, blanks between
          extended_errors TEXT,            -- JSON (RFC 8914)
          transport TEXT NOT NULL,
          round_trip INTEGER NOT NULL      -- microseconds
        ) STRICT;
        CREATE INDEX spans_current ON spans (watch, view) WHERE last_seen IS NULL;
        CREATE INDEX spans_of_watch ON spans (watch, first_seen);
        CREATE INDEX spans_of_answer ON spans (answer);

        CREATE TABLE events (
          sequence INTEGER PRIMARY KEY,    -- the order in which they were committed
          id TEXT NOT NULL UNIQUE,
          type TEXT NOT NULL,
          at INTEGER NOT NULL,
          verdict TEXT NOT NULL,
          domain TEXT,
          selector TEXT,
          zone TEXT,
          incident TEXT,
          content TEXT NOT NULL            -- the event as it is delivered, JSON
        ) STRICT;
        CREATE INDEX events_by_time ON events (at);
        CREATE INDEX events_by_name ON events (domain, selector, at);
        CREATE INDEX events_by_zone ON events (zone, at) WHERE zone IS NOT NULL;
        CREATE INDEX events_by_incident ON events (incident) WHERE incident IS NOT NULL;

        CREATE TABLE incidents (
          id TEXT PRIMARY KEY,
          subject TEXT NOT NULL,           -- a key name, or view:<name>
          opened_at INTEGER NOT NULL,
          opened_by TEXT NOT NULL,
          closed_at INTEGER,
          closed_by TEXT,
          verdict TEXT NOT NULL,           -- the worst of its events
          told_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX incidents_open ON incidents (subject) WHERE closed_at IS NULL;

        CREATE TABLE deliveries (
          sequence INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          event TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
          receiver TEXT NOT NULL,
          status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
          attempts INTEGER NOT NULL,
          next_attempt_at INTEGER CHECK ((next_attempt_at IS NULL) = (status <> 'pending')),
          last_result TEXT,
          created_at INTEGER NOT NULL,
          finished_at INTEGER
        ) STRICT;
        CREATE INDEX deliveries_pending ON deliveries (receiver, next_attempt_at) WHERE status = 'pending';
        CREATE INDEX deliveries_by_event ON deliveries (event);

        CREATE TABLE watching (            -- one row a run of the daemon, updated in place
          id INTEGER PRIMARY KEY,
          began_at INTEGER NOT NULL,
          last_at INTEGER NOT NULL CHECK (last_at >= began_at)
        ) STRICT;

        CREATE VIEW history AS             -- for people: what each server said, and when
          SELECT s.selector || '._domainkey.' || s.domain AS name, p.view, p.server, p.endpoint,
            datetime(p.first_seen / 1000000, 'unixepoch') AS first_seen,
            datetime(p.last_seen / 1000000, 'unixepoch') AS last_seen,
            a.outcome || coalesce('(' || a.failure || ')', '') AS outcome,
            (SELECT group_concat(text, char(10)) FROM answer_records WHERE answer = a.id) AS records
          FROM spans p JOIN watches s ON s.id = p.watch JOIN answers a ON a.id = p.answer
          ORDER BY name, p.first_seen;
        """),
    Migration(
      version: 2,
      sql: """
        ALTER TABLE incidents ADD COLUMN kind TEXT NOT NULL DEFAULT 'condition' CHECK (kind IN ('condition', 'change'));

        CREATE TABLE acknowledgements (    -- a person has taken note of an incident
          sequence INTEGER PRIMARY KEY,
          incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
          author TEXT NOT NULL,
          note TEXT NOT NULL,
          at INTEGER NOT NULL,
          handled_at INTEGER               -- NULL: the daemon has not taken it up yet
        ) STRICT;
        CREATE INDEX acknowledgements_by_incident ON acknowledgements (incident);
        CREATE INDEX acknowledgements_pending ON acknowledgements (sequence) WHERE handled_at IS NULL;
        """),
    Migration(
      version: 3,
      sql: """
        CREATE TABLE judgements (          -- what the texts of an answer are worth as a key: no text is judged twice
          answer BLOB NOT NULL CHECK (length(answer) = 16),   -- answers.digest; the answer may come later
          minimum_bits INTEGER NOT NULL,   -- what the watch expects of a key; 0: nothing
          rules TEXT NOT NULL,             -- the version of the rules that judged
          content BLOB NOT NULL,           -- in a form of selectord's own
          PRIMARY KEY (answer, minimum_bits)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE comparison (          -- one row: whose keys were compared with each other
          id INTEGER PRIMARY KEY CHECK (id = 1),
          answer INTEGER NOT NULL,         -- all answers up to this one
          rules TEXT NOT NULL              -- the version of the rules that compared
        ) STRICT;
        """),
    Migration(
      version: 4,
      sql: """
        CREATE TABLE mail_sources (        -- how far logs were read
          source TEXT PRIMARY KEY,         -- a path, or journal:UNIT
          position TEXT NOT NULL           -- JSON
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE mail_files (          -- reports and messages that were read
          source TEXT NOT NULL,
          file TEXT NOT NULL,
          taken_at INTEGER NOT NULL,
          PRIMARY KEY (source, file)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE mail_pairs (          -- who signs mail
          id INTEGER PRIMARY KEY,
          domain TEXT NOT NULL,
          selector TEXT NOT NULL,          -- empty where the source names the domain alone
          first_seen INTEGER NOT NULL,
          last_seen INTEGER NOT NULL CHECK (last_seen >= first_seen),
          UNIQUE (domain, selector)
        ) STRICT;
        CREATE INDEX mail_pairs_by_time ON mail_pairs (last_seen);

        CREATE TABLE mail_counts (
          pair INTEGER NOT NULL REFERENCES mail_pairs (id) ON DELETE CASCADE,
          day INTEGER NOT NULL,            -- since 1970-01-01, in UTC
          result TEXT NOT NULL,            -- a word of RFC 8601, or signed
          messages INTEGER NOT NULL,
          PRIMARY KEY (pair, day, result)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE learned_watches (     -- selectors that are watched because of mail
          domain TEXT NOT NULL,
          selector TEXT NOT NULL,
          reason TEXT NOT NULL,
          since INTEGER NOT NULL,
          last_mail INTEGER NOT NULL,
          PRIMARY KEY (domain, selector)
        ) STRICT, WITHOUT ROWID;
        """),
    Migration(
      version: 5,
      sql: """
        -- A record set has its name in `domain`, and its type, in capitals, both here and in `selector`. NULL: a key.
        ALTER TABLE watches ADD COLUMN record_type TEXT;

        DROP VIEW history;
        CREATE VIEW history AS             -- for people: what each server said, and when
          SELECT iif(s.record_type IS NULL, s.selector || '._domainkey.' || s.domain, s.domain) AS name,
            coalesce(s.record_type, 'TXT') AS type, p.view, p.server, p.endpoint,
            datetime(p.first_seen / 1000000, 'unixepoch') AS first_seen,
            datetime(p.last_seen / 1000000, 'unixepoch') AS last_seen,
            a.outcome || coalesce('(' || a.failure || ')', '') AS outcome,
            (SELECT group_concat(text, char(10)) FROM answer_records WHERE answer = a.id) AS records
          FROM spans p JOIN watches s ON s.id = p.watch JOIN answers a ON a.id = p.answer
          ORDER BY name, p.first_seen;
        """),
    Migration(
      version: 6,
      sql: """
        CREATE TABLE silences (            -- nobody is told of what they match
          sequence INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          matchers TEXT NOT NULL,          -- JSON
          author TEXT NOT NULL,
          reason TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX silences_by_expiry ON silences (expires_at);

        CREATE TABLE new_deliveries (      -- the table as it was, with one more status and the conversation
          sequence INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          event TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
          receiver TEXT NOT NULL,
          status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'dropped')),
          attempts INTEGER NOT NULL,
          next_attempt_at INTEGER CHECK ((next_attempt_at IS NULL) = (status <> 'pending')),
          last_result TEXT,
          created_at INTEGER NOT NULL,
          finished_at INTEGER,
          thread TEXT                      -- the conversation at the receiver in which it was told
        ) STRICT;
        INSERT INTO new_deliveries SELECT sequence, id, event, receiver, status, attempts, next_attempt_at, last_result,
          created_at, finished_at, NULL FROM deliveries;
        DROP TABLE deliveries;
        ALTER TABLE new_deliveries RENAME TO deliveries;
        CREATE INDEX deliveries_pending ON deliveries (receiver, next_attempt_at) WHERE status = 'pending';
        CREATE INDEX deliveries_by_event ON deliveries (event);
        CREATE INDEX deliveries_by_thread ON deliveries (receiver, thread) WHERE thread IS NOT NULL;
        """),
    Migration(
      version: 7,
      sql: """
        -- What pages of watches are sorted and chosen by; NULL where no longer monitored.
        ALTER TABLE watches ADD COLUMN state TEXT GENERATED ALWAYS AS (memory ->> '$.state') VIRTUAL;
        ALTER TABLE watches ADD COLUMN rank INTEGER GENERATED ALWAYS AS (  -- 0 critical, 1 unknown, 2 warning, 3 ok
          CASE memory ->> '$.verdict' WHEN 'critical' THEN 0 WHEN 'unknown' THEN 1 WHEN 'warning' THEN 2
            WHEN 'ok' THEN 3 END) VIRTUAL;
        ALTER TABLE watches ADD COLUMN changed TEXT GENERATED ALWAYS AS (  -- RFC 3339; empty where never
          CASE WHEN memory IS NOT NULL
            THEN coalesce(memory ->> '$.changedAt', memory ->> '$.since', '') END) VIRTUAL;
        CREATE INDEX watches_by_rank ON watches (rank, domain, selector) WHERE memory IS NOT NULL;
        CREATE INDEX watches_by_change ON watches (changed DESC, domain, selector) WHERE memory IS NOT NULL;
        CREATE INDEX watches_by_state ON watches (state, rank, domain, selector) WHERE memory IS NOT NULL;
        CREATE INDEX incidents_by_time ON incidents (opened_at, id);
        """),
    Migration(
      version: 8,
      sql: """
        CREATE TABLE audits (
          domain TEXT PRIMARY KEY,
          memory TEXT,                     -- JSON of what the next audit is compared with; NULL where no longer audited
          result TEXT NOT NULL             -- JSON: when the last audit was, verdict, score, grade, summary
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit_findings (      -- a finding, from the first audit that showed it to the last
          domain TEXT NOT NULL,
          rule TEXT NOT NULL,
          first_seen INTEGER NOT NULL,
          position INTEGER NOT NULL,       -- tells findings of one rule apart that came with the same audit
          severity TEXT NOT NULL,
          text TEXT NOT NULL,
          evidence TEXT NOT NULL,
          remedy TEXT NOT NULL,
          last_seen INTEGER CHECK (last_seen >= first_seen),   -- NULL: current
          PRIMARY KEY (domain, rule, first_seen, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX audit_findings_current ON audit_findings (domain) WHERE last_seen IS NULL;
        CREATE INDEX audit_findings_ended ON audit_findings (last_seen) WHERE last_seen IS NOT NULL;
        """),
  ]

  /// Brings an open database to the newest version, one transaction a step.
  static func migrate(_ connection: Database) throws {
    for migration in migrations {
      try connection.inTransaction(.immediate) {
        let current = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
        guard current < migration.version else { return .commit }
        try connection.execute(sql: migration.sql)
        try connection.execute(sql: "PRAGMA application_id = \(applicationID)")
        try connection.execute(sql: "PRAGMA user_version = \(migration.version)")
        return .commit
      }
    }
  }
}
