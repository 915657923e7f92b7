// `--color` and `--verbose`.

import ArgumentParser

/// How output looks, and how much of it there is.
struct AppearanceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("When to color the output: auto, always or never. NO_COLOR is respected.", valueName: "when"))
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Show all details: the answer of each server, findings, caches.")
  var verbose = false

  /// How this process's standard output shall look.
  var chosen: Appearance { .ofStandardOutput(color: color, environment: processEnvironment()) }
}

extension ColorChoice: ExpressibleByArgument {}
