// The JSON form of a failed walk, which histories keep.

import Foundation
import Model
import Testing

@Suite struct WalkFailureTests {
  @Test(arguments: [
    (false, #"{"failure":"timeout","text":"none","zone":"."}"#),
    (true, #"{"failure":"timeout","intercepted":true,"text":"none","zone":"."}"#),
  ])
  func saysThatItWasInterceptedOnlyWhereItWas(isIntercepted: Bool, json: String) throws {
    let failure = WalkFailure(zone: .root, failure: .timeout, isIntercepted: isIntercepted, text: "none")
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(failure), as: UTF8.self) == json)
    #expect(try JSONDecoder().decode(WalkFailure.self, from: Data(json.utf8)) == failure)
  }
}
