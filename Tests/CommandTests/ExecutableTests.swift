// The built program from outside: exit codes, what goes to which stream, bad input.

import Foundation
import TestSupport
import Testing

@Test(arguments: [
  // Bad usage of the verbs that give verdicts is unknown; that of the others is 64.
  (["check"], 3), (["check", "--bogus"], 3), (["check", "example.org"], 3), (["check", "a.b", "s", "-o", "xml"], 3),
  (["check", "a.b", "s", "--view", "nowhere"], 3), (["check", "--input", "/nonexistent"], 3),
  (["check", "a.b", "s", "--config", "/nonexistent"], 3), (["key"], 3), (["key", "--input", "/nonexistent"], 3),
  (["key", "a", "--minimum-bits", "0"], 3), (["status", "a", "b", "c"], 3), (["verify"], 3),
  (["verify", "/nonexistent"], 3), (["verify", "-", "x"], 3), (["verify", "-", "--key", "/nonexistent"], 3),
  (["verify", "-", "--key", "v=DKIM1; p=", "--view", "local"], 3), (["verify", "-", "--at", "soon"], 3),
  (["verify", "-", "--key", "nonsense", "--key", ""], 3), (["bogus"], 64), (["--bogus"], 64),
  (["history"], 64), (["history", "example.org"], 64), (["config", "bogus"], 64), (["alert", "retry"], 64),
  (["alert", "retry", "dlv_1", "--all"], 64), (["run", "extra"], 64), (["history", "a.b", "s", "--since", "x"], 64),
  (["rotate", "verify"], 64), (["rotate", "verify", "example.org"], 64),
  (["rotate", "verify", "a.b", "s2", "--old", "s2"], 64), (["rotate", "verify", "a.b", "s2", "--wait", "soon"], 64),
  (["rotate", "verify", "a.b", "s2", "--wait", "0s"], 64),
  (["rotate", "verify", "a.b", "s2", "--view", "nowhere"], 64),
  (["rotate", "verify", "a.b", "s2", "--key", "/nonexistent"], 65),
  (["rotate", "verify", "a.b", "s2", "--key", "nonsense"], 65),
  (["rotate", "verify", "a.b", "s2", "--config", "/nonexistent"], 78), (["rotate", "plan", "a.b", "s1"], 64),
  (["rotate", "plan", "a.b", "s1", "s2", "--at", "soon"], 64), (["rotate", "check-proof"], 64),
  (["rotate", "check-proof", "/nonexistent"], 65), (["rotate", "bogus"], 64),
  // No configuration, and one that is not there.
  (["run"], 78), (["status"], 3), (["history", "a.b", "s"], 78), (["config", "check"], 78), (["config", "show"], 78),
  (["config", "check", "/nonexistent"], 78), (["alert", "list"], 78), (["run", "--config", "/nonexistent"], 78),
])
func errorsHaveTheirExitCodeAMessageOnStandardErrorAndNothingOnStandardOutput(
  arguments: [String], code: Int
) throws {
  let run = try Run(arguments)
  #expect(run.code == Int32(code))
  #expect(run.out == "")
  #expect(!run.err.isEmpty)
}

@Test(arguments: [["--version"], ["check", "--version"]]) func theVersionIsOneLine(arguments: [String]) throws {
  let run = try Run(arguments)
  #expect(run.code == 0)
  #expect(run.out.hasPrefix("selectord "))
  #expect(run.out.count { $0 == "\n" } == 1)
  #expect(run.err == "")
}

@Test(arguments: [[], ["--help"], ["help"], ["help", "check"], ["check", "--help"], ["alert"]])
func helpIsData(arguments: [String]) throws {
  let run = try Run(arguments)
  #expect(run.code == 0)
  #expect(run.out.contains("USAGE: selectord"))
  #expect(run.err == "")
}

@Test func aMonitoringSystemReadsTheReasonOnStandardOutput() throws {
  for arguments in [
    ["check", "--bogus", "--output", "nagios"], ["check", "a.b", "s", "--config", "/x", "-o", "nagios"],
  ] {
    let run = try Run(arguments)
    #expect(run.code == 3)
    #expect(run.out.hasPrefix("SELECTORD UNKNOWN - "))
    #expect(run.out.count { $0 == "\n" } == 1)
  }
}

@Test func badLinesAreToldWithTheirNumbersInEveryFormOfOutput() throws {
  let run = try Run(["check", "--input", "-", "--output", "json"], input: "# list\nnonsense\na..b s1\n")
  #expect(run.code == 3)
  #expect(run.out == "[]\n")
  #expect(run.err.contains("standard input:2: "))
  #expect(run.err.contains("standard input:3: "))
}

@Test func anEmptyListIsNoSuccess() throws {
  let run = try Run(["check", "--input", "-"], input: "# nothing\n")
  #expect(run.code == 3)
  #expect(run.err.contains("the input has no key name"))
}

@Test func everyErrorOfAConfigurationIsToldAtOnceWithItsPlace() throws {
  let run = try Run(
    ["config", "check"], files: ["config.json": "{\"interval\": \"soon\",\n \"intervall\": 1}"])
  #expect(run.code == 78)
  #expect(run.out == "")
  #expect(run.err.contains("config.json:1:"))
  #expect(run.err.contains("config.json:2:"))
}

@Test func aConfigJsonOfAnotherProgramIsPassedOverWithALine() throws {
  let files = ["config.json": "{\"compilerOptions\": {\"strict\": true}}"]
  let check = try Run(["check", "--input", "-"], input: "# nothing\n", files: files)
  #expect(check.err.hasPrefix("selectord: ignoring ./config.json, which is not a configuration of selectord"))
  #expect(check.err.contains("the input has no key name"))
  // One of ours that is broken is an error, and so is every one that is named.
  let broken = try Run(["check", "a.b", "s"], files: ["config.json": "{\"watches\": 5}"])
  #expect(broken.code == 3 && broken.err.contains("config.json:1:13: watches: found the number 5"))
  let named = try Run(["check", "a.b", "s", "--config", "config.json"], files: files)
  #expect(named.code == 3 && named.err.contains("unknown key \"compilerOptions\""))
}

@Test func strictChecksTakeWarningsForErrors() throws {
  let files = [
    "c.json":
      #"{"watchLists": [{"file": "list"}], "receivers": [{"name": "a", "format": "slack", "url": "https://a.example/", "domains": ["*.example.org"]}]}"#,
    "list": "a.example.org s1 s2\nexample.com k1 k2\nnonsense\n",
  ]
  let check = try Run(["config", "check", "c.json"], files: files)
  #expect(check.code == 0)
  #expect(
    check.err == """
      selectord: warning: list:3: "nonsense" is not a key name; expected 'domain selector', or a name such as s1._domainkey.example.org
      selectord: warning: no receiver is alerted if the key of example.com k1 or of 1 other watch is lost; check \
      'domains', 'types' and 'minimumSeverity' of the receivers

      """)
  let strict = try Run(["config", "check", "--strict", "c.json"], files: files)
  #expect(strict.code == 78 && strict.out == "")
  #expect(strict.err == check.err + "selectord: 2 warnings, and --strict treats warnings as errors\n")
}

@Test func aDatabaseThatCannotBeWrittenIsToldBeforeTheDaemonStarts() throws {
  let files = ["c.json": #"{"database": "none/a.sqlite", "watches": [{"domain": "a.b", "selectors": ["s"]}]}"#]
  let check = try Run(["config", "check", "c.json"], files: files)
  #expect(check.code == 0 && check.err.contains("the directory none of the database does not exist"))
  let service = try Run(["config", "check", "c.json"], environment: ["INVOCATION_ID": "1"], files: files)
  #expect(service.code == 78 && service.out == "")
  let run = try Run(["run", "--config", "c.json"], files: files)
  #expect(run.code == 78 && run.err.contains("none"))
}

@Test(arguments: [["check", "zendesk1", "domain.com"], ["diagnose", "zendesk1", "domain.com"]])
func swappedArgumentsAreRecognised(arguments: [String]) throws {
  let run = try Run(arguments)
  #expect(run.code == 3)
  #expect(run.err.contains("the domain comes first; did you mean 'domain.com zendesk1'?"))
}

@Test func aRotationNeedsTwoSelectors() throws {
  let run = try Run(["rotate", "plan", "a.b", "k0", "k0"])
  #expect(run.code == 64 && run.err.contains("the old and the new selector are both 'k0'"))
}

@Test func aGoodConfigurationIsToldInOneLineShownAndDescribed() throws {
  let files = ["c.json": "{\"watches\": [{\"domain\": \"example.org\", \"selectors\": [\"s1\", \"s2\"]}]}"]
  let check = try Run(["config", "check", "c.json"], files: files)
  #expect(check.code == 0)
  #expect(check.out == "The configuration is valid: 3 views, 2 watches, 0 receivers.\n")
  let shown = try Run(["config", "show"], environment: ["SELECTORD_CONFIG": "c.json"], files: files)
  #expect(shown.code == 0)
  #expect(try JSONSerialization.jsonObject(with: Data(shown.out.utf8)) is [String: Any])
  let schema = try Run(["config", "schema"])
  #expect(schema.out.contains("json-schema.org"))
}

@Test func aRecordIsReadFromTheArgumentAFileStandardInputAndAList() throws {
  let files = ["key.txt": "v=DKIM1; p=\n", "keys.txt": "# three\nv=DKIM1; p=\n\nv=DKIM1; p=\r\n"]
  let runs = try [
    Run(["key", "v=DKIM1; p=", "-o", "jsonl"]), Run(["key", "key.txt", "-o", "jsonl"], files: files),
    Run(["key", "-", "-o", "jsonl"], input: "\"v=DKIM1; \" \"p=\"\n"),
  ]
  for run in runs {
    #expect(run.code == 2)
    #expect(run.out.hasPrefix(#"{"state":"revoked","verdict":"critical","#))
    #expect(run.out == runs[0].out)
  }
  let list = try Run(["key", "--input", "keys.txt", "-o", "jsonl"], files: files)
  let lines = list.out.split(separator: "\n")
  #expect(lines.count == 3, "an empty line is a record too")
  #expect(lines.first == lines.last)
  #expect(list.code == 2)
}

@Test func aRecordThatIsNotUTF8IsJudgedByItsBytes() throws {
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("selectord-\(UUID().uuidString)")
  try Data("v=DKIM1; k=rs\u{E4}; p=".unicodeScalars.map { UInt8($0.value) }).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  #expect(try Run(["key", file.path, "-o", "jsonl"]).out.contains("the byte E4, offset 13: "))
}

@Test func aLineThatIsFarTooLongIsToldAndTheRestGoesOn() throws {
  let list = "v=DKIM1; p=" + String(repeating: "A", count: 5 << 20) + "\nv=DKIM1; p=\n"
  let run = try Run(["key", "--input", "-", "-o", "jsonl"], input: list)
  #expect(run.out.split(separator: "\n").map { $0.prefix(18) } == [#"{"state":"invalid""#, #"{"state":"revoked""#])
  #expect(run.err == "selectord: standard input:1: the line has more than 4194304 bytes; no more are read\n")
  #expect(run.code == 2)
}

@Test func rulesArePrintedAsATableAndAsJSON() throws {
  let table = try Run(["key", "--rules"])
  let json = try Run(["key", "--rules", "-o", "json"])
  #expect(table.code == 0 && json.code == 0)
  let rules = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [[String: Any]] ?? []
  #expect(rules.count > 20)
  #expect(table.out.split(separator: "\n").count == rules.count + 1)
  // A sample, which the schema is held against.
  let lines = try Run(["key", "--rules", "-o", "jsonl"]).out.split(separator: "\n")
  expectGolden(lines.prefix(3).joined(separator: "\n") + "\n", "key-rules.jsonl")
}

@Test func colourIsPrintedWhereItIsAskedForOnly() throws {
  #expect(try Run(["key", "--rules", "--color", "always"]).out.contains("\u{1B}["))
  #expect(try !Run(["key", "--rules"]).out.contains("\u{1B}["))
}

@Test func aReaderThatGoesAwayEndsTheProgramQuietly() throws {
  let program = try Run.program().path
  let shell = Process()
  shell.executableURL = URL(fileURLWithPath: "/bin/sh")
  shell.arguments = ["-c", "{ '\(program)' key --rules -o json; echo \"code $?\" >&2; } | head -n 1"]
  let errors = Pipe()
  shell.standardError = errors
  shell.standardOutput = FileHandle.nullDevice
  try shell.run()
  shell.waitUntilExit()
  let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  // Whether the output fits into the pipe before `head` ends is chance: both ends are quiet.
  #expect(["code 0\n", "code 3\n"].contains(text))
}

@Test func aFullDiskIsTold() throws {
  let program = try Run.program().path
  let shell = Process()
  shell.executableURL = URL(fileURLWithPath: "/bin/sh")
  shell.arguments = ["-c", "exec '\(program)' config schema > /dev/full"]
  let errors = Pipe()
  shell.standardError = errors
  try shell.run()
  shell.waitUntilExit()
  #expect(shell.terminationStatus == 69)
  let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  #expect(text.contains("cannot write to standard output"))
}

@Test func aWordThatIsNoVerbGetsTheNearestOneAndAllOfThem() throws {
  let run = try Run(["chek", "example.org", "s1"])
  #expect(run.code == 64)
  #expect(run.err.contains("unknown verb 'chek'; did you mean 'check'? expected one of: run, check, status"))
  #expect(try Run(["config", "shcema"]).err.contains("did you mean 'schema'?"))
}

@Test func aPathToNothingIsNotJudgedAsAKeyRecord() throws {
  let run = try Run(["key", "./keys/s1.txt"])
  #expect(run.code == 3)
  #expect(run.out == "")
  #expect(run.err.contains("there is no such file"))
}

@Test func warningsAboutTheConfigurationStayWithTheVerbsThatAreAboutIt() throws {
  let files = ["config.json": "{}"]
  #expect(try Run(["config", "check"], files: files).err.contains("nothing is watched"))
  #expect(try !Run(["check", "a..b", "s"], files: files).err.contains("nothing is watched"))
  let missing = try Run(["config", "check"], files: ["config.json": #"{"database": "/nonexistent/x.sqlite"}"#])
  #expect(missing.code == 0)
  #expect(missing.err.contains("the directory /nonexistent of the database does not exist"))
}

@Test func aViewThatIsNotConfiguredIsToldFromOneThatHasNothingToShow() throws {
  let run = try Run(["status", "--view", "nope"], files: ["config.json": "{}"])
  #expect(run.code == 3)
  #expect(run.err.contains("there is no view 'nope'; expected one of: local, google, authoritative"))
}

@Test func verbsThatSendNothingNeedNoSecret() throws {
  let files = [
    "config.json": """
    {"watches": [{"domain": "example.org", "selectors": ["s1"]}],
     "receivers": [{"name": "a", "format": "slack", "url": {"env": "NOT_SET"}, "secret": {"credential": "none"}}]}
    """
  ]
  let shown = try Run(["config", "show"], files: files)
  #expect(shown.code == 0)
  #expect(!shown.out.contains("secret.invalid"))
  #expect(try Run(["status"], files: files).err.contains("there is no such file"))
  for arguments in [["config", "check"], ["alert", "test", "a"], ["run"]] {
    let run = try Run(arguments, files: files)
    #expect(run.code == 78)
    #expect(run.err.contains("the environment variable \"NOT_SET\" is not set"))
  }
}

@Test func aPolicyIsReadFromTheArgumentAFileAndStandardInput() throws {
  let record = "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"
  let runs = [
    try Run(["policy", record, "-o", "jsonl"]),
    try Run(["policy", "policy.txt", "-o", "jsonl"], files: ["policy.txt": "_dmarc IN TXT \"\(record)\"\n"]),
    try Run(["policy", "-", "-o", "jsonl"], input: "\"\(record)\"\n"),
  ]
  #expect(Set(runs.map(\.out)).count == 1)
  #expect(runs.allSatisfy { $0.code == 0 && $0.err.isEmpty })
  #expect(runs[0].out.hasPrefix("{\"type\":\"dmarc\",\"verdict\":\"ok\",\"valid\":true,"))
}

@Test func aLineThatIsNoPolicyIsToldAndTheRestGoesOn() throws {
  let files = ["list.txt": "v=spf1 -all\n# remark\nhello\n\nv=DMARC1; p=none\n"]
  let run = try Run(["policy", "--input", "list.txt", "-o", "jsonl"], files: files)
  #expect(run.code == 3)
  #expect(run.out.split(separator: "\n").count == 2)
  #expect(run.err.contains("list.txt:3: no policy is recognized"))
  let typed = try Run(["policy", "--input", "list.txt", "--type", "spf", "-o", "jsonl"], files: files)
  #expect(typed.code == 2)
  #expect(typed.out.split(separator: "\n").count == 4)
}

@Test(arguments: [
  ["policy"], ["policy", "hello"], ["policy", "./no/such/file"], ["policy", "v=spf1 -all", "--type", "spf2"],
  ["policy", "--rules", "v=spf1 -all"], ["policy", "--rules", "-o", "nagios"],
  ["policy", "--input", "/nonexistent"], ["policy", "--input", "x", "--type", "mta-sts-policy"],
])
func whatIsNoPolicyIsRefused(_ arguments: [String]) throws {
  let run = try Run(arguments)
  #expect(run.code == 3)
  #expect(!run.err.isEmpty)
}

@Test func theRulesOnPoliciesArePrintedByType() throws {
  let all = try Run(["policy", "--rules", "-o", "jsonl"])
  let spf = try Run(["policy", "--rules", "--type", "spf", "-o", "jsonl"])
  #expect(all.code == 0 && spf.code == 0)
  #expect(all.out.contains("\"id\":\"tlsa-malformed\""))
  #expect(spf.out.contains("\"id\":\"spf-several\"") && !spf.out.contains("dmarc-"))
}
