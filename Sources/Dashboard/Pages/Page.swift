// What all pages share: the frame, the cookie, forms and links.

internal import Model
internal import Reporting

/// Makes responses of templates.
struct Page {
  var call: Call
  var title: String
  /// Which entry of the navigation is this page.
  var place: Place

  enum Place: String, CaseIterable {
    case overview, incidents, silences, events, deliveries, check, about, none

    var path: String { self == .overview ? "/" : "/\(rawValue)" }

    var label: String {
      switch self {
      case .overview: "Overview"
      case .incidents: "Incidents"
      case .silences: "Silences"
      case .events: "Events"
      case .deliveries: "Deliveries"
      case .check: "Check"
      case .about: "About"
      case .none: ""
      }
    }
  }

  /// Fills a template and puts the frame around it.
  func response(_ template: String, _ fields: Fields, status: Int = 200) -> WebResponse {
    let site = call.site
    let cookie = call.visitor.cookie ?? Sessions.random()
    var fields = fields
    fields["root"] = Shown(site.settings.prefix)
    fields["formToken"] = Shown(site.sessions.formToken(for: cookie))
    if place == .check {
      fields["heading"] = Shown(title)
      fields["tabs"] = OtherPages.tabs("/" + call.request.segments.joined(separator: "/"), call)
    }
    fields["mayAct"] = call.visitor.right >= .act
    let navigation: [Fields] = Place.allCases.filter { $0 != .none }.map { entry in
      ["path": Shown(site.path(entry.path)), "label": Shown(entry.label), "isHere": entry == place]
    }
    let frame: Fields = [
      "title": Shown(title), "body": Markup(Templates.render(template, fields)), "navigation": navigation,
      "root": Shown(site.settings.prefix), "version": Shown(site.settings.version), "resources": Shown(Resources.tag),
      "isLoggedIn": !site.isOpen && call.visitor.right > .health, "formToken": fields["formToken"] ?? Shown(""),
      "isVisitor": call.visitor.right > .health || site.isOpen,
    ]
    var response = WebResponse(
      status, type: "text/html; charset=utf-8", Templates.render("layout", frame), cache: .checked)
    if status != 200 { response.set("Cache-Control", WebResponse.Cache.never.rawValue) }
    if call.visitor.cookie == nil { response.add("Set-Cookie", site.cookie(cookie, secure: call.request.isSecure)) }
    return response
  }
}

extension Site {
  /// A path as the reader's browser needs it.
  func path(_ path: String) -> String { settings.prefix + path }

  func path(to key: KeyName) -> String { PageAddress(base: settings.prefix).watch(key) }

  func path(to domain: DomainName) -> String { PageAddress(base: settings.prefix).domain(domain) }

  /// The header that sets the cookie; with nil, the one that ends it.
  func cookie(_ value: String?, secure: Bool) -> String {
    let age = value == nil ? 0 : Sessions.lifetime.components.seconds
    return "\(Self.cookieName)=\(value ?? ""); Path=\(settings.prefix)/; HttpOnly; SameSite=Lax; Max-Age=\(age)"
      + (secure ? "; Secure" : "")
  }
}

extension Call {
  /// The fields of a form that came from one of our own pages.
  func form() throws(WebProblem) -> FormFields {
    guard request.contentType == "application/x-www-form-urlencoded",
      let fields = FormFields(String(decoding: request.body, as: UTF8.self))
    else { throw WebProblem(415, "The request is not the form of one of our pages.") }
    guard let cookie = visitor.cookie, site.sessions.accepts(fields["formToken"] ?? "", for: cookie) else {
      throw WebProblem(403, "The form is too old, or from another page; go back, reload the page and send it again.")
    }
    return fields
  }

  /// This page from another place on.
  func link(next: String?, as field: String) -> Any? {
    guard let next else { return nil }
    var query = request.query
    query.set(field, next)
    let path = "/" + request.segments.map(PercentCoding.encode).joined(separator: "/")
    return Shown(site.path(path) + "?" + query.text)
  }
}
