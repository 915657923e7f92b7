// Events as pages show them: one sentence, what changed tag by tag, and why.

internal import Model
internal import Phrasing
internal import Reporting

struct EventFields {
  var call: Call

  func fields(_ event: Event, withName: Bool) -> Fields {
    var fields: Fields = [
      "at": event.at.fields(now: call.now), "mark": event.verdict.fields(word: event.type.rawValue),
      "summary": Shown(event.summary), "isReminder": event.reminder == true, "id": Shown(event.id),
      "changes": RecordChange.changes(event.before?.records ?? [], event.after?.records ?? []).map(\.fields),
    ]
    if withName { fields["subject"] = subject(event) }
    if let diagnosis = event.diagnosis {
      fields["cause"] = Shown(diagnosis.cause)
      fields["remedy"] = Shown(diagnosis.remedy)
    }
    return fields
  }

  private func subject(_ event: Event) -> Fields {
    if let key = event.watched {
      return ["text": Shown(call.site.settings.display(key.name)), "href": Shown(call.site.path(to: key))]
    }
    if let name = event.domain ?? event.zone {
      return ["text": Shown(call.site.settings.display(name)), "href": Shown(call.site.path(to: name))]
    }
    return ["text": Shown(event.view.map { "view \($0)" } ?? "")]
  }
}

/// How one tag of a record changed.
struct RecordChange: Hashable {
  var tag: String
  var before: String?
  var after: String?

  var fields: Fields {
    var fields: Fields = ["tag": Shown(tag)]
    fields["before"] = before.map { Shown($0) }
    fields["after"] = after.map { Shown($0) }
    return fields
  }

  /// The tags that differ between two texts; where they are no tags, the texts themselves.
  static func changes(_ before: [String], _ after: [String]) -> [RecordChange] {
    if Set(before) == Set(after) { return [] }
    guard before.count == 1, after.count == 1 else {
      let gone = before.filter { !after.contains($0) }
      let new = after.filter { !before.contains($0) }
      return gone.map { RecordChange(tag: "record", before: $0, after: nil) }
        + new.map { RecordChange(tag: "record", before: nil, after: $0) }
    }
    let (old, new) = (TextRecord(before[0]).tags, TextRecord(after[0]).tags)
    let names = (old + new).map(\.name).withoutRepeats
    let changes = names.compactMap { name -> RecordChange? in
      let (one, other) = (old.first { $0.name == name }?.value, new.first { $0.name == name }?.value)
      return one == other ? nil : RecordChange(tag: name, before: one, after: other)
    }
    return changes.isEmpty ? [RecordChange(tag: "record", before: before[0], after: after[0])] : changes
  }
}
