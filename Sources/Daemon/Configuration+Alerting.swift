// Where configuration and alerts meet: links to the pages, and templates that make no message.

internal import Alerting
public import Config
public import Model
internal import Reporting

extension Configuration {
  /// Where a browser shows an event; of none where the configuration does not say at which address.
  public var pageLink: @Sendable (Event) -> String? {
    guard let url = http?.url else { return { _ in nil } }
    let pages = PageAddress(base: url)
    return { pages.event($0) }
  }

  /// The receivers whose template is broken, a sentence each.
  public var templateFaults: [String] {
    receivers.compactMap { receiver in
      receiver.templateFault.map { "the template of the receiver \(receiver.name) cannot be used: \($0)" }
    }
  }
}
