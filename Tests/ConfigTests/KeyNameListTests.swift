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
    let keys = try KeyNameList.entries(on: Array(line.utf8)).map { try $0.get().key.description }
    #expect(keys == [expected].compactMap(\.self))
  }

  @Test(arguments: [
    "example.org", "a@example.org s1", "example..org s1", "example.org *",
    "_domainkey.example.org",
    "s1._domainkey", "s1._domainkey.example.org s1", "example.org s1._domainkey", "192.0.2.1 s1", ". s1",
    "example.org .",
    "\"example.org\" s1", "example.org,s1", "example.org s1 note=\"open", "example.org s1 note=", "note=alone",
    "example.org s1 =x", "example.org s1 9=x", "example.org s1 note=a note=b", "example.org s1 note=two words",
    "example.org s1 team=a team=b", "example.org s1 note=\"a\"b", String(repeating: "x", count: 5000),
    "a\u{1B}[31m.org s1",
  ]) func refusesLines(_ line: String) {
    let entries = KeyNameList.entries(on: Array(line.utf8))
    #expect(entries.count == 1)
    #expect(throws: KeyNameLineError.self) { try entries.first?.get() }
  }

  @Test func severalSelectorsShareALine() throws {
    let entries = KeyNameList.entries(on: Array("example.org s1 s2 * s3".utf8))
    #expect(entries.map { try? $0.get().key.selector.description } == ["s1", "s2", nil, "s3"])
  }

  @Test(
    arguments: [
      ("example.org s1 note=short", "short", [:]), ("example.org s1 note=\"Ask Ann; #2\" # why", "Ask Ann; #2", [:]),
      (
        "example.org s1 contact=postmaster@example.org team=\"a b\"#x", nil,
        ["contact": "postmaster@example.org", "team": "a b"]
      ),
      ("s1._domainkey.example.org a=b=c", nil, ["a": "b=c"]),
    ] as [(String, String?, [String: String])])
  func notesAndLabelsFollow(_ line: String, _ note: String?, _ labels: [String: String]) throws {
    let entry = try KeyNameList.entries(on: Array(line.utf8))[0].get()
    #expect(entry.key.description == "s1._domainkey.example.org")
    #expect(entry.note == note && entry.labels == labels)
  }

  @Test func noMessageSteersATerminal() {
    #expect(
      throws: KeyNameLineError(
        "\"a\\u001b[31m.org\" is not a domain name: it must not contain the character \"\\u001b\"; use letters, digits, "
          + "'-', '_' and dots, or \\DDD for any other byte")
    ) { try KeyNameList.entries(on: Array("a\u{1B}[31m.org s1".utf8))[0].get() }
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
      #expect(issues.first?.message.hasPrefix("25 more warnings about ") == true)
    }
  }
}

@Suite struct LocationTests {
  @Test func theOptionComesFirstThenTheEnvironment() {
    let environment = ["SELECTORD_CONFIG": "/b.json"]
    typealias Choice = ConfigurationFile.Choice
    #expect(
      ConfigurationFile.locate(option: "/a.json", environment: environment) == Choice(path: "/a.json", isNamed: true))
    #expect(ConfigurationFile.locate(option: nil, environment: environment) == Choice(path: "/b.json", isNamed: true))
    #expect(!ConfigurationFile.locate(option: nil, environment: ["SELECTORD_CONFIG": ""]).isNamed)
  }

  /// A config.json of another program in the current folder is passed over; a broken one of ours is not.
  @Test(arguments: [
    ("{\"watches\": []}", true), ("{\"interval\": 5, \"colour\": 1}", true), ("{}", true),
    ("{\"watches\": [{,}", true), ("// mine\n{\"watchLists\": ]", true), ("{\"compilerOptions\": {}}", false),
    ("{\"$schema\": \"https://example.org/other\", \"files\": []}", false), ("[1, 2]", false), ("port = 80\n", false),
    ("\u{0}\u{1}binary", false), ("", false),
  ]) func whoseFileItIs(_ text: String, _ isOurs: Bool) throws {
    try withFolder { folder in
      try write(text.utf8, to: folder + "/config.json")
      #expect(ConfigurationFile.isOurs(folder + "/config.json") == isOurs)
    }
  }

  @Test func whatIsMissingIsNotChosen() {
    let choice = ConfigurationFile.locate(option: nil, environment: [:], candidates: ["/no/such/config.json"])
    #expect(choice == ConfigurationFile.Choice(isNamed: false))
  }

  @Test(arguments: [
    ("/etc/selectord/config.json", "/var/lib/selectord/history.sqlite"),
    ("/etc/mail/a.json", "/var/lib/mail/history.sqlite"),
    ("/etc/config.json", "/etc/selectord.sqlite"), ("config.json", "selectord.sqlite"),
    ("/srv/a/b.json", "/srv/a/selectord.sqlite"),
    ("/etc/a/b/c.json", "/etc/a/b/selectord.sqlite"), ("/etc/../c.json", "/etc/../selectord.sqlite"),
  ]) func theDefaultDatabaseIsWhereAServiceMayWrite(_ file: String, _ expected: String) {
    #expect(ConfigurationFile.defaultDatabase(of: file) == expected)
  }

  @Test(arguments: [
    ("a.sqlite", "/etc/selectord/config.json", "/etc/selectord/a.sqlite"), ("/a", "/etc/config.json", "/a"),
    ("a", "config.json", "a"), ("../a", "x/config.json", "x/../a"),
  ]) func pathsAreRelativeToTheFile(_ path: String, _ file: String, _ expected: String) {
    #expect(ConfigurationFile.resolve(path, besides: file) == expected)
  }
}
