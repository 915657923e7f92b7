// The formats of lines, as a table: each row reads the lines that are its own and leaves the others to the next.

internal import Model

/// One format of log lines.
struct LogFormat: Sendable {
  /// How people call it.
  let name: String
  /// What its lines give.
  let gives: String
  /// Reads a line; false where it is not of this format.
  let read:
    @Sendable (
      _ line: LogLine, _ isCut: Bool, _ wantsFlow: Bool, _ prefix: inout LogPrefixReader, _ memory: inout LogMemory,
      _ emit: (CensusEvent) -> Void
    ) -> Bool
}

enum LogFormats {
  /// In the order in which they are tried; Exim's is the first.
  static let all: [LogFormat] = [
    LogFormat(name: "Exim", gives: "domain, selector and result with dkim_verbose; the domain without") {
      line, isCut, wantsFlow, prefix, memory, emit in
      guard let exim = EximLine(line, &prefix) else { return false }
      var last: MailSighting?
      EximFormat.read(exim, isCut: isCut, wantsFlow: wantsFlow, &memory) { event in
        if case .sighting(let sighting) = event { last = try? sighting.sighting() }
        emit(event)
      }
      memory.last = last
      return true
    },
    LogFormat(name: "rspamd", gives: "domain, selector and result; what is signed") { line, _, _, _, memory, emit in
      RspamdFormat.read(line, &memory, emit)
    },
    LogFormat(name: "Amavis", gives: "domain and selector of what verifies and is signed; all results at level 2") {
      line, _, _, _, memory, emit in
      AmavisFormat.read(line, &memory, emit)
    },
    LogFormat(name: "header fields", gives: "what a milter or a header check of Sendmail or Postfix logs") {
      line, _, _, _, memory, emit in
      HeaderLines.read(line, &memory, emit)
    },
    LogFormat(name: "history of OpenDMARC", gives: "domain, selector and result; the domain alone before 1.4") {
      line, _, _, _, memory, emit in
      HistoryFormat.read(line, &memory, emit)
    },
    LogFormat(name: "OpenDKIM", gives: "domain and selector of what is signed, and of keys that cannot be retrieved") {
      line, isCut, _, _, memory, emit in
      OpenDKIMFormat.read(line, isCut: isCut, &memory, emit)
    },
  ]
}
