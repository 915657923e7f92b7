// The values of `--output`.

import ArgumentParser

/// The formats of the verbs that give verdicts.
enum VerdictFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, jsonl, nagios
}

/// The formats of the other verbs.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, jsonl
}
