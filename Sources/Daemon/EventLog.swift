// Events as log lines.

internal import Logging
internal import Model

extension Logger {
  /// Every event is a log line; its severity is the verdict's.
  func log(_ event: Event) {
    var metadata: Logger.Metadata = ["type": "\(event.type.rawValue)", "event": "\(event.id)"]
    if let name = event.subject { metadata["name"] = "\(name)" }
    if let incident = event.incident { metadata["incident"] = "\(incident)" }
    let level: Logger.Level =
      switch event.verdict {
      case .ok: .notice
      case .warning, .unknown: .warning
      case .critical: .error
      }
    log(level: level, "\(event.summary)", metadata: metadata)
  }
}
