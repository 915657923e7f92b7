// What `config check` warns of beside what the file says: a database that nobody can write, watches that nobody hears of.

import Alerting
import Config
import Glibc
import Model

/// Where the configuration puts the database.
struct DatabaseLocation {
  let database: String
  /// The path of the configuration file.
  let configuration: String
  /// Says whether a path allows an access (W_OK and the like) to this user; nil where there is nothing.
  var allows: (String, Int32) -> Bool? = Self.allows

  /// Why this user cannot write it; nil where it can.
  var fault: String? {
    let folder = database.lastIndex(of: "/").map { $0 == database.startIndex ? "/" : String(database[..<$0]) } ?? "."
    guard let isWritable = allows(folder, W_OK | X_OK) else {
      return
        "the directory \(folder) of the database does not exist; create it, and let the user of the daemon write to it"
    }
    if !isWritable {
      return "this user cannot write to the directory \(folder) of the database; run the daemon as a user who can, or "
        + "change 'database'"
    }
    if allows(database, R_OK | W_OK) == false {
      return "this user cannot write the database \(database); run the daemon as the user who owns it, or change "
        + "'database'"
    }
    return nil
  }

  /// Everything that is worth a warning.
  var warnings: [String] {
    var warnings = [fault].compactMap(\.self)
    if let directory = ConfigurationFile.stateDirectory(of: configuration), !database.hasPrefix(directory + "/") {
      warnings.append(
        "the database \(database) is outside of \(directory), the only directory that the systemd unit may write to; "
          + "name a file there, or remove the key 'database'")
    }
    return warnings
  }

  private static func allows(_ path: String, _ mode: Int32) -> Bool? {
    if access(path, mode) == 0 { return true }
    return errno == ENOENT || errno == ENOTDIR ? nil : false
  }
}

extension Configuration {
  /// What is as the file says it should be, and worth a line all the same.
  var notes: [String] {
    receivers.isEmpty && hasListOfReceivers && !watches.isEmpty
      ? ["nobody is alerted, because the list of receivers is empty; 'selectord status' shows the state of the keys"]
      : []
  }

  /// The watches whose loss no receiver is alerted of, in a sentence.
  var unheardWarnings: [String] {
    if watches.isEmpty || receivers.isEmpty && hasListOfReceivers { return [] }
    if receivers.isEmpty { return ["nobody is alerted, because there is no receiver; add one to 'receivers'"] }
    let unheard = watches.filter { watch in
      !receivers.contains { Routing.wants($0, .loss(of: watch.key)) }
    }
    guard let first = unheard.first else { return [] }
    let second = first.key.selectorOrType(InternationalName.display)
    let name = "\(InternationalName.display(first.key.domain)) \(second)"
    let what = first.key.isKey ? "the key of \(name)" : "the record set \(name)"
    let others = unheard.count - 1
    return [
      "no receiver is alerted if \(what)\(others == 0 ? "" : " or of \(others) other watch\(others == 1 ? "" : "es")")"
        + " is lost; check 'domains', 'types' and 'minimumSeverity' of the receivers"
    ]
  }
}

extension Event {
  /// What is told when a key is missing.
  fileprivate static func loss(of key: KeyName) -> Event {
    var event = Event(
      id: "", type: key.isKey ? .selectorMissing : .recordMissing, at: Timestamp(seconds: 0), verdict: .critical,
      summary: "")
    (event.domain, event.name) = (key.domain, key.name)
    event.selector = key.isKey ? key.selector : nil
    return event
  }
}
