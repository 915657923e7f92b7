// Files that are part of the program: style, script, the description of the API.

internal import Crypto
internal import Model

enum Resources {
  static let style = String(decoding: PackageResources.app_css, as: UTF8.self)
  static let script = String(decoding: PackageResources.app_js, as: UTF8.self)
  static let icon = String(decoding: PackageResources.icon_svg, as: UTF8.self)
  static let openapi = String(decoding: PackageResources.openapi_json, as: UTF8.self)

  /// Changes with the files, so that browsers may keep them.
  static let tag = SHA256.hash(data: PackageResources.app_css + PackageResources.app_js).prefix(6)
    .map { $0.digits(2, radix: 16) }.joined()

  static let routes = [
    Route("GET", "/static/{tag}/app.css", .health) { _ in
      WebResponse(type: "text/css; charset=utf-8", style, cache: .program)
    },
    Route("GET", "/static/{tag}/icon.svg", .health) { _ in
      WebResponse(type: "image/svg+xml", icon, cache: .program)
    },
    Route("GET", "/static/{tag}/app.js", .health) { _ in
      WebResponse(type: "text/javascript; charset=utf-8", script, cache: .program)
    },
  ]
}
