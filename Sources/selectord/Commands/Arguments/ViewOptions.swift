// `--view`: the views that are asked, and those that are shown.

import ArgumentParser
import Config
import Model

/// `--view` of the verbs that ask.
struct ViewOptions: ParsableArguments {
  @Option(
    name: .customLong("view"),
    help: ArgumentHelp(
      "Ask only this view: local, authoritative, the name of a configured view, an address (8.8.8.8, 127.0.0.1:5301, "
        + "[2001:db8::1]:53), or an https:// URL. Repeatable.", valueName: "spec"))
  var specifications: [String] = []

  /// The views to ask: those named, or the configured ones, or the three defaults.
  func views(configured: [View]?) throws -> [View] {
    let configured = configured ?? Configuration.defaultViews
    return try Self.views(named: specifications, configured: configured) ?? configured
  }

  /// The views that `--view` names; nil where it names none.
  static func views(
    named specifications: [String], configured: [View] = Configuration.defaultViews
  ) throws -> [View]? {
    if specifications.isEmpty { return nil }
    var views: [View] = []
    for specification in specifications {
      let view: View
      do throws(ViewSpecificationError) {
        view = try ViewSpecification.parse(specification, configured: configured)
      } catch {
        throw CommandFailure(.usage, "--view: \(error.description)")
      }
      if !views.contains(where: { $0.name == view.name }) { views.append(view) }
    }
    return views
  }
}

/// `--view` of the verbs that read the database.
struct ViewFilter: ParsableArguments {
  @Option(
    name: .customLong("view"),
    help: ArgumentHelp("Show the answers of this view only. Repeatable.", valueName: "name"))
  var names: [String] = []

  /// Refuses a name that is none of the views.
  func check(among views: [String]) throws(CommandFailure) {
    guard let stranger = names.first(where: { !views.contains($0) }) else { return }
    throw CommandFailure(
      .usage, "--view: there is no view '\(stranger)'; expected one of: \(views.joined(separator: ", "))")
  }

  func shows(_ view: String) -> Bool { names.isEmpty || names.contains(view) }
}
