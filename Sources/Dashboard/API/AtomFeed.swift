// Events as a feed (RFC 4287).

internal import Model
internal import Reporting

enum AtomFeed {
  static func text(_ events: [Event], call: Call) -> String {
    let updated = Timestamp(seconds: (events.first?.at ?? call.now).seconds)
    let base = call.baseURL
    var text = """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom"><title>selectord: events</title><id>\(base.markup)/events</id>\
      <updated>\(updated)</updated><author><name>selectord</name></author>\
      <link rel="self" href="\(base.markup)/api/v1/events.atom"/><link href="\(base.markup)/events"/>

      """
    for event in events {
      let path = event.watched.map { call.site.path(to: $0) } ?? call.site.path("/events")
      let link = base.dropLast(call.site.settings.prefix.count) + path
      text += """
        <entry><title>\(event.summary.markup)</title><id>urn:selectord:\(event.id.markup)</id>\
        <updated>\(Timestamp(seconds: event.at.seconds))</updated><category term="\(event.type.rawValue)"/>\
        <link href="\(String(link).markup)"/><summary>\((event.diagnosis?.cause ?? event.summary).markup)</summary></entry>

        """
    }
    return text + "</feed>\n"
  }
}
