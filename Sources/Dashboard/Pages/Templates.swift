// Templates and what they are filled with: every text is made harmless on its way in.

internal import Model
internal import Mustache
internal import Phrasing

/// A text for a template, which escapes it.
struct Shown: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { renderText.isEmpty }

  init(_ text: some StringProtocol) { renderText = Self.clean(String(text)) }

  /// Shows controls by their numbers. A mark that joins `<`, `&` or a quotation mark would hide it from the escaping of the
  /// templates, which goes by characters: it is shown by its number too.
  private static func clean(_ text: String) -> String {
    let text = text.withoutControls
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    return text.reduce(into: "") { result, character in
      guard character.unicodeScalars.count > 1, let first = character.unicodeScalars.first,
        "<>&\"'".unicodeScalars.contains(first)
      else { return result.append(character) }
      result.unicodeScalars.append(first)
      for scalar in character.unicodeScalars.dropFirst() {
        result += "\\u{" + scalar.value.digits(4, radix: 16) + "}"
      }
    }
  }
}

/// Markup of our own making, for the places of a template that do not escape.
struct Markup: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { renderText.isEmpty }

  init(_ markup: String) { renderText = markup }
}

/// What a template is filled with: texts, markup, flags, lists and further fields by name.
typealias Fields = [String: Any]

enum Templates {
  /// Every template by its name.
  static let sources: [String: [UInt8]] = [
    "layout": PackageResources.layout_mustache, "overview": PackageResources.overview_mustache,
    "watch": PackageResources.watch_mustache, "lists": PackageResources.lists_mustache,
    "about": PackageResources.about_mustache, "check": PackageResources.check_mustache,
    "login": PackageResources.login_mustache, "problem": PackageResources.problem_mustache,
    "incident": PackageResources.incident_mustache, "delivery": PackageResources.delivery_mustache,
    "watches": PackageResources.watches_mustache, "finding": PackageResources.finding_mustache,
    "silences": PackageResources.silences_mustache, "silence": PackageResources.silence_mustache,
    "domain": PackageResources.domain_mustache, "audit": PackageResources.audit_mustache,
    "score": PackageResources.score_mustache, "begin": PackageResources.begin_mustache,
    "verdict": Array(
      "<span class=\"verdict {{verdict}}\"><span aria-hidden=\"true\">{{glyph}}</span> {{word}}</span>".utf8),
    "time": Array("<time datetime=\"{{iso}}\" title=\"{{full}}\">{{short}}</time>".utf8),
  ]

  private static let library: MustacheLibrary = {
    var library = MustacheLibrary()
    for (name, bytes) in sources { try? library.register(String(decoding: bytes, as: UTF8.self), named: name) }
    return library
  }()

  static func render(_ name: String, _ fields: Fields) -> String { library.render(fields, withTemplate: name) ?? "" }
}

extension Verdict {
  /// Shape, word and class: nobody needs to see the colour.
  func fields(word: String? = nil) -> Fields {
    let glyph =
      switch self {
      case .ok: "●"
      case .warning: "▲"
      case .critical: "■"
      case .unknown: "◆"
      }
    return ["verdict": Shown(rawValue), "glyph": Shown(glyph), "word": Shown(word ?? rawValue)]
  }
}

extension Timestamp {
  /// A time as people read it, as programs read it, and how long that is ago.
  func fields(now: Timestamp) -> Fields {
    let ago = now - self
    let short = "\(description.prefix(10)) \(timeOfDay) UTC"
    return [
      "iso": Shown(Timestamp(seconds: seconds).description), "short": Shown(short),
      "full": Shown(ago >= .zero ? "\(Phrase.duration(ago)) ago" : "in \(Phrase.duration(.zero - ago))"),
      "ago": Shown(ago >= .zero ? "\(Phrase.duration(ago)) ago" : "in \(Phrase.duration(.zero - ago))"),
    ]
  }
}
