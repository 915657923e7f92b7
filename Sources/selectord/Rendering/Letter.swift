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

  /// The letter with its header lines, ready to be sent.
  var text: String {
    let domain = display(row.key.domain)
    let selector = display(row.key.selector)
    let lines = language == .en ? english(domain, selector) : german(domain, selector)
    return (["To: \(row.contacts.map(\.withoutControls).joined(separator: ", "))"] + lines).joined(separator: "\n")
      + "\n"
  }

  private var isMissing: Bool { row.judgement?.state == .missing }
  private var evidence: [String] {
    (row.judgement?.diagnosis?.evidence ?? []).prefix(8).map { "    " + $0.withoutControls }
  }
  private var record: String? { row.judgement?.diagnosis?.record.map { "    " + $0.withoutControls } }
  private var since: String { row.since.map(Phrase.dateAndTime) ?? "" }

  private func english(_ domain: String, _ selector: String) -> [String] {
    var lines = [
      "Subject: DKIM key \(selector)._domainkey.\(domain) cannot be verified: your mail is waiting", "",
      "Hello,", "",
      "mail from \(domain) is signed with the DKIM selector \(selector), and our mail server cannot verify it:",
      row.judgement.map { $0.summary.withoutControls } ?? "the key cannot be retrieved.", "",
      "\(Phrase.count(row.messages.count, "message")) \(Phrase.agreeing(row.messages.count, "has", "have")) been waiting "
        + "here since \(since)."
        + (row.bouncesAt.map { " The first bounces at \(Phrase.dateAndTime($0))." } ?? ""),
    ]
    if !evidence.isEmpty { lines += ["", "What we see (each line can be run in a shell):"] + evidence }
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
    return lines + ["", "As soon as the record is there, the mail is delivered by itself.", "", "Kind regards"]
  }

  private func german(_ domain: String, _ selector: String) -> [String] {
    let count = row.messages.count
    var lines = [
      "Subject: DKIM-Schlüssel \(selector)._domainkey.\(domain) nicht abrufbar: Ihre Mail wartet", "",
      "Guten Tag,", "",
      "Mail von \(domain) ist mit dem DKIM-Selektor \(selector) signiert, und unser Mailserver kann sie nicht prüfen:",
      state, "",
      "\(count == 1 ? "Eine Nachricht wartet" : "\(count) Nachrichten warten") hier seit \(since)."
        + (row.bouncesAt.map { " Die erste geht am \(Phrase.dateAndTime($0)) als unzustellbar zurück." } ?? ""),
    ]
    if !evidence.isEmpty {
      lines += ["", "Was wir sehen (jede Zeile lässt sich in einer Shell ausführen):"] + evidence
    }
    if let record {
      lines += ["", "Bitte tragen Sie diesen Eintrag in die Zone \(domain) ein:", record]
    } else if isMissing {
      lines += [
        "", "Bitte veröffentlichen Sie den Schlüssel, mit dem Ihr Mailserver signiert, als TXT-Eintrag unter:",
        "    \(row.key.name). IN TXT \"v=DKIM1; k=rsa; p=...\"",
      ]
    }
    return lines + [
      "", "Sobald der Eintrag da ist, wird die Mail von selbst zugestellt.", "", "Mit freundlichen Grüßen",
    ]
  }

  private var state: String {
    switch row.judgement?.state {
    case .missing: "Der Schlüssel fehlt im DNS: kein Nameserver der Zone hat ihn."
    case .revoked: "Der Schlüssel ist widerrufen: p= ist leer."
    case .invalid: "Der Eintrag ist da, aber kein Empfänger kann ihn lesen."
    case .divergent: "Die Nameserver der Zone antworten verschieden: nicht alle haben den Schlüssel."
    case .unreachable: "Der Schlüssel ist nicht abrufbar: die Nameserver antworten nicht oder nicht richtig."
    case .mismatched: "Im DNS steht ein anderer Schlüssel als der, mit dem signiert wird."
    case .published: "Der Schlüssel steht wieder im DNS; einige Resolver sehen ihn noch nicht."
    case .pending, nil: "Der Schlüssel ist nicht abrufbar."
    }
  }
}
