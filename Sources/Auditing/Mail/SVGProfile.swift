// Whether a logo keeps to the profile that receivers show: SVG Tiny Portable/Secure, read by libexpat with bounds.

internal import CExpat

/// Checks the logos of BIMI.
enum SVGProfile {
  /// What a receiver must not find in a logo; empty where nothing speaks against it.
  static func faults(_ file: [UInt8]) -> [String] {
    guard let parser = XML_ParserCreate(nil) else { return [] }
    defer { XML_ParserFree(parser) }
    let state = SVGState(parser)
    XML_SetUserData(parser, Unmanaged.passUnretained(state).toOpaque())
    XML_SetElementHandler(
      parser,
      { data, name, attributes in
        guard let state = svgState(data), let name else { return }
        state.begin(String(cString: name), attributes)
      }, { data, _ in svgState(data)?.end() })
    // Entities can grow without bound, and name files of the reader.
    XML_SetEntityDeclHandler(parser) { data, _, _, _, _, _, _, _, _ in svgState(data)?.stop("an entity declaration") }
    let status = withExtendedLifetime(state) {
      file.withUnsafeBytes { bytes in
        XML_Parse(parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), 1)
      }
    }
    if status == XML_STATUS_ERROR, !state.isStopped {
      let message = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "not XML"
      return ["line \(XML_GetCurrentLineNumber(parser)): \(message)"]
    }
    return state.verdict
  }
}

private func svgState(_ data: UnsafeMutableRawPointer?) -> SVGState? {
  data.map { Unmanaged<SVGState>.fromOpaque($0).takeUnretainedValue() }
}

/// What was seen of a file. Lives as long as one parse, on one thread.
private final class SVGState {
  private let parser: XML_Parser
  private var faults: [String] = []
  private var depth = 0
  private var hasTitle = false
  private var hasRoot = false
  private(set) var isStopped = false

  private static let forbidden: Set<String> = [
    "script", "image", "foreignObject", "animate", "animateMotion", "animateTransform", "animateColor", "set", "audio",
    "video", "handler", "listener", "a",
  ]
  private static let deepest = 200

  init(_ parser: XML_Parser) { self.parser = parser }

  var verdict: [String] {
    var all = faults
    if !hasRoot { all.append("no svg element") }
    if !hasTitle, hasRoot, !isStopped { all.append("no title element") }
    return all
  }

  func begin(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
    depth += 1
    if depth > Self.deepest { return stop("elements nested too deep") }
    let local = String(name.split(separator: ":").last ?? "")
    var found: [String: String] = [:]
    var pair = attributes
    while let current = pair, let key = current[0], let value = current[1] {
      found[String(cString: key)] = String(cString: value)
      pair = current + 2
    }
    if depth == 1 {
      hasRoot = local == "svg"
      if !hasRoot { return stop("the root element is '\(local.prefix(40))', not svg") }
      if found["version"] != "1.2" { note("version is not 1.2") }
      if found["baseProfile"] != "tiny-ps" { note("baseProfile is not tiny-ps") }
      if found["x"] != nil || found["y"] != nil { note("the svg element has x or y") }
    }
    if depth == 2, local == "title" { hasTitle = true }
    if Self.forbidden.contains(local) { note("the element '\(local)'") }
    for (key, value) in found {
      if key.lowercased().hasPrefix("on") { note("the attribute '\(key.prefix(40))'") }
      let reference = key == "href" || key.hasSuffix(":href") || key == "src"
      if reference, !value.hasPrefix("#") { note("a reference to another file") }
    }
  }

  func end() { depth -= 1 }

  func stop(_ fault: String) {
    note(fault)
    isStopped = true
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }

  private func note(_ fault: String) {
    if faults.count < 10, !faults.contains(fault) { faults.append(fault) }
  }
}
