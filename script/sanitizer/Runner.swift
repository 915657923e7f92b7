// What runs the tests of the sanitizer's own build: the entry that SwiftPM writes for `swift test`, and nothing of XCTest.

import Testing

@main struct Runner {
  static func main() async {
    await Testing.__swiftPMEntryPoint() as Never
  }
}
