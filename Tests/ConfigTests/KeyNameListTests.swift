// Lists of key names: lines, files, compressed files.

import Glibc
import Model
import Testing

@testable import Config

@Suite struct KeyNameListTests {
  @Test(
    arguments: [
      ("example.org s1", "s1._domainkey.example.org"), ("  example.org\t\ts1  ", "s1._domainkey.example.org"),
      ("example.org s1 # why", "s1._domainkey.example.org"), ("example.org s1#why", "s1._domainkey.example.org"),
      ("s1._domainkey.example.org", "s1._domainkey.example.org"),
      ("s1._DomainKey.Example.ORG.", "s1._domainkey.example.org"),
      ("example.org s1\r", "s1._domainkey.example.org"), ("example.org a.b", "a.b._domainkey.example.org"),
      ("bücher.example bü", "xn--b-eha._domainkey.xn--bcher-kva.example"), ("", nil), ("   \t\r", nil), ("# all", nil),
      ("  # all", nil),
    ] as [(String, String?)]) func readsLines(_ line: String, _ expected: String?) throws
  {
    #expect(try KeyNameList.keyName(on: Array(line.utf8))?.description == expected)
  }

  @Test(arguments: [
    "example.org", "example.org s1 s2", "a@example.org s1", "example..org s1", "example.org *",
    "_domainkey.example.org",
    "s1._domainkey", "s1._domainkey.example.org s1", "example.org s1._domainkey", "192.0.2.1 s1", ". s1",
    "example.org .",
    "\"example.org\" s1", "example.org,s1", String(repeating: "x", count: 5000), "a\u{1B}[31m.org s1",
  ]) func refusesLines(_ line: String) {
    #expect(throws: KeyNameLineError.self) { try KeyNameList.keyName(on: Array(line.utf8)) }
  }

  @Test func noMessageSteersATerminal() {
    #expect(
      throws: KeyNameLineError(
        "\"a\\u001b[31m.org\" is no domain name: the character \"\\u001b\" cannot stand in it; letters, digits, '-', '_' and "
          + "dots can, any other byte as \\DDD")
    ) { try KeyNameList.keyName(on: Array("a\u{1B}[31m.org s1".utf8)) }
  }

  /// The same lines, whatever the blocks are that they come in.
  @Test(arguments: 1...40) func linesAreCutAnywhere(_ size: Int) {
    let text = Array("\u{FEFF}one\r\n\ntwo three\n\nfour\n#\nlast".utf8)
    var splitter = LineSplitter()
    var lines: [String] = []
    func take(_ number: Int, _ content: ArraySlice<UInt8>) -> Bool {
      lines.append("\(number) \(String(decoding: content, as: UTF8.self))")
      return true
    }
    for start in stride(from: 0, to: text.count, by: size) {
      let goesOn = splitter.feed(Array(text[start..<min(start + size, text.count)]), take)
      #expect(goesOn)
    }
    splitter.finish(take)
    #expect(lines == ["1 one\r", "2 ", "3 two three", "4 ", "5 four", "6 #", "7 last"])
  }

  @Test func aLineWithoutEndTakesNoMemory() {
    var splitter = LineSplitter()
    var lengths: [Int] = []
    for _ in 0..<100 { _ = splitter.feed([UInt8](repeating: 0x61, count: 65_536)) { _, _ in true } }
    _ = splitter.feed(Array("\nexample.org s1\n".utf8)) { _, content in
      lengths.append(content.count)
      return true
    }
    #expect(lengths == [KeyNameList.longestLine + 1, 14])
  }

  @Test func aReaderMayStop() throws {
    try withFolder { folder in
      try write("a.example s\nb.example s\nc.example s\n".utf8, to: folder + "/list")
      var lines: [Int] = []
      try KeyNameList.read(path: folder + "/list") { line, _ in
        lines.append(line)
        return lines.count < 2
      }
      #expect(lines == [1, 2])
    }
  }

  @Test func whatCannotBeReadSaysWhy() throws {
    try withFolder { folder in
      #expect(throws: KeyNameListError(description: "is a directory")) {
        try KeyNameList.read(path: folder) { _, _ in true }
      }
      #expect(throws: KeyNameListError(description: "no such file or directory")) {
        try KeyNameList.read(path: folder + "/none") { _, _ in true }
      }
    }
  }

  @Test func badLinesOfALongListAreToldAsANumber() throws {
    try withFolder { folder in
      let lines = (0..<250).map { $0 % 2 == 0 ? "d\($0).example s\n" : "bad\n" }.joined()
      try write(lines.utf8, to: folder + "/list")
      try write("{\"watchLists\": [{\"file\": \"list\"}]}".utf8, to: folder + "/config.json")
      let (configuration, issues) = load(folder + "/config.json")
      #expect(configuration?.watches.count == 125)
      #expect(issues.count == 101)
      #expect(issues.first?.message.hasPrefix("25 further lines of ") == true)
    }
  }
}

@Suite struct LocationTests {
  @Test func theOptionComesFirstThenTheEnvironment() {
    let environment = ["SELECTORD_CONFIG": "/b.json"]
    #expect(ConfigurationFile.locate(option: "/a.json", environment: environment) == "/a.json")
    #expect(ConfigurationFile.locate(option: nil, environment: environment) == "/b.json")
    #expect(ConfigurationFile.locate(option: nil, environment: ["SELECTORD_CONFIG": ""]) != "")
  }

  @Test(arguments: [
    ("a.sqlite", "/etc/selectord/config.json", "/etc/selectord/a.sqlite"), ("/a", "/etc/config.json", "/a"),
    ("a", "config.json", "a"), ("../a", "x/config.json", "x/../a"),
  ]) func pathsAreRelativeToTheFile(_ path: String, _ file: String, _ expected: String) {
    #expect(ConfigurationFile.resolve(path, besides: file) == expected)
  }
}
