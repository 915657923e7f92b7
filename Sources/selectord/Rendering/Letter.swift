// A message to whoever has to publish a key: what was seen here, what it breaks, and the record to add.

import ArgumentParser
import Config
import Model
import Phrasing

struct Letter {
  enum Language: String, ExpressibleByArgument, CaseIterable {
    case en, de
  }

  private let row: QueueRow
  private let language: Language
  private let now: Timestamp
  private let display: (DomainName) -> String

  init(_ row: QueueRow, language: Language, now: Timestamp, display: @escaping (DomainName) -> String) {
    self.row = row
    self.language = language
    self.now = now
    self.display = display
  }

  /// A key name as people type it.
  static func key(_ typed: String) throws -> KeyName {
    guard let key = try? KeyNameList.keyName(typed) else {
      throw ValidationError("'\(typed)' is no key name; expected one such as s1._domainkey.example.org")
    }
    return key
  }

  /// The letter with its header lines, ready to be sent. The names in the header are A-labels: nothing there is encoded.
  var text: String {
    let domain = display(row.key.domain)
    let selector = display(row.key.selector)
    let header = [
      "To: \(row.contacts.map(\.withoutControls).joined(separator: ", "))", "Subject: \(subject)", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
    ]
    let lines = language == .en ? english(domain, selector) : german(domain, selector)
    return (header + lines).joined(separator: "\n") + "\n"
  }

  private var subject: String {
    let name = "\(row.key.name)"
    switch (language, row.judgement?.state) {
    case (.en, .missing): return "DKIM key \(name) is missing: your mail is waiting"
    case (.en, .revoked): return "DKIM key \(name) is revoked: your mail is waiting"
    case (.en, .invalid), (.en, .mismatched): return "DKIM key \(name) cannot be used: your mail is waiting"
    case (.en, _): return "DKIM key \(name) cannot be retrieved: your mail is waiting"
    case (.de, .missing): return "DKIM-Key \(name) fehlt: Ihre Mail wartet"
    case (.de, .revoked): return "DKIM-Key \(name) ist widerrufen: Ihre Mail wartet"
    case (.de, .invalid), (.de, .mismatched): return "DKIM-Key \(name) ist nicht verwendbar: Ihre Mail wartet"
    case (.de, _): return "DKIM-Key \(name) ist nicht abrufbar: Ihre Mail wartet"
    }
  }

  private var isMissing: Bool { row.judgement?.state == .missing }
  private var evidence: [String] {
    (row.judgement?.diagnosis?.evidence ?? []).prefix(8).map { "    " + $0.withoutControls }
  }
  private var record: String? { row.judgement?.diagnosis?.record.map { "    " + $0.withoutControls } }
  private var since: String { row.since.map(Phrase.dateAndTime) ?? "" }

  private func english(_ domain: String, _ selector: String) -> [String] {
    var lines = [
      "Hello,", "",
      "Mail from \(domain) is signed with the DKIM selector \(selector), and our mail server cannot verify it:",
      row.judgement.map { $0.summary.withoutControls } ?? "The key cannot be retrieved.", "",
      "\(Phrase.count(row.messages.count, "message")) \(Phrase.agreeing(row.messages.count, "has", "have")) been waiting "
        + "here since \(since)."
        + (row.bouncesAt.map {
          " \(row.messages.count == 1 ? "It" : "The first one") bounces on \(Phrase.dateAndTime($0))."
        } ?? ""),
    ]
    if !evidence.isEmpty { lines += ["", "What we see (you can run each line in a shell):"] + evidence }
    if let record {
      lines += ["", "Please add this record to the zone \(domain):", record]
    } else if isMissing {
      lines += [
        "", "Please publish the key that your mail server signs with, as a TXT record at:",
        "    \(row.key.name). IN TXT \"v=DKIM1; k=rsa; p=...\"",
      ]
    } else if let remedy = row.judgement?.diagnosis?.remedy {
      lines += ["", "What fixes it: \(remedy.withoutControls)"]
    }
    return lines + ["", "As soon as the key is right, the mail is delivered automatically.", "", "Kind regards"]
  }

  private func german(_ domain: String, _ selector: String) -> [String] {
    let count = row.messages.count
    var lines = [
      "Guten Tag,", "",
      "Mail von \(domain) ist mit dem DKIM-Selektor \(selector) signiert, und unser Mailserver kann sie nicht prüfen:",
      state, "",
      "\(count == 1 ? "Eine Nachricht wartet" : "\(count) Nachrichten warten") hier seit \(since)."
        + (row.bouncesAt.map {
          " \(count == 1 ? "Sie" : "Die erste") geht am \(Phrase.dateAndTime($0)) als unzustellbar an den Absender zurück."
        } ?? ""),
    ]
    if !evidence.isEmpty {
      lines += ["", "Was wir sehen (jede Zeile können Sie in einer Shell ausführen):"] + evidence
    }
    if let record {
      lines += ["", "Bitte tragen Sie diesen Eintrag in die Zone \(domain) ein:", record]
    } else if isMissing {
      lines += [
        "", "Bitte veröffentlichen Sie den Schlüssel, mit dem Ihr Mailserver signiert, als TXT-Eintrag unter:",
        "    \(row.key.name). IN TXT \"v=DKIM1; k=rsa; p=...\"",
      ]
    } else if row.judgement?.state != .published {
      lines += ["", "Bitte prüfen Sie den Eintrag und die Nameserver der Zone."]
    }
    return lines + [
      "", "Sobald der Schlüssel stimmt, wird die Mail automatisch zugestellt.", "", "Mit freundlichen Grüßen",
    ]
  }

  private var state: String {
    switch row.judgement?.state {
    case .missing: "Der Schlüssel fehlt im DNS: Kein Nameserver der Zone liefert ihn."
    case .revoked: "Der Schlüssel ist widerrufen: Im Eintrag ist p= leer."
    case .invalid: "Der Eintrag ist vorhanden, aber kein Empfänger kann ihn verwenden."
    case .divergent: "Die Nameserver der Zone antworten unterschiedlich: Nicht alle haben den Schlüssel."
    case .unreachable: "Der Schlüssel ist nicht abrufbar: Die Nameserver antworten nicht oder falsch."
    case .mismatched: "Im DNS steht ein anderer Schlüssel als der, mit dem Ihr Mailserver signiert."
    case .published: "Der Schlüssel steht wieder im DNS; einige Resolver sehen ihn noch nicht."
    case .pending, nil: "Der Schlüssel ist nicht abrufbar."
    }
  }
}
