// Text of others on its way to a reader: nothing in it steers a browser, a terminal or the reading direction.

internal import Model

extension String {
  /// The text as a JSON string.
  var jsonText: String { jsonQuoted() }

  /// The text within markup, without controls.
  var markup: String { withoutControls.htmlEscaped }
}
