// Sources as they lie on a disk: packed, nested, in folders; and what costs an error line and nothing else.

import Census
import Foundation
import Intake
import Model
import TestSupport
import Testing

private let line =
  "2026-11-20 08:00:00 1tDnR1-0003LU-U3 DKIM: d=example.org s=s1 c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]\n"
private let report =
  "<?xml version='1.0'?><feedback><record><row><count>5</count></row><auth_results><dkim><domain>example.net</domain>"
  + "<selector>r1</selector><result>pass</result></dkim></auth_results></record></feedback>"
private let message = "Subject: x\nDKIM-Signature: v=1; d=example.com; s=m1; b=x\n\nbody\n"

/// A folder whose files a Python script has made.
private func folder(_ script: String) throws -> String {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("intake-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["python3", "-c", "import base64, bz2, gzip, io, lzma, os, zipfile\n" + script]
  process.environment = ["PATH": "/usr/bin:/bin", "LINE": line, "REPORT": report, "MESSAGE": message]
  process.currentDirectoryURL = URL(fileURLWithPath: path)
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
  return path
}

private func read(_ path: String) throws -> Intake {
  var intake = Intake(now: Timestamp(seconds: 1_795_478_400), offset: { _ in 0 })
  for source in try SourceFiles.named(path) { intake.read(source) }
  return intake
}

private func pairs(_ intake: Intake) -> [String] {
  intake.census.entries.map { "\($0.key?.description ?? "?") \($0.messages)" }
}

private let preamble = """
  line, report, message = (os.environ[n].encode() for n in ("LINE", "REPORT", "MESSAGE"))
  def write(name, data):
      os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
      open(name, "wb").write(data)
  def zipped(*entries):
      out = io.BytesIO()
      with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
          for n, d in entries: z.writestr(n, d)
      return out.getvalue()

  """

@Suite struct IntakeTests {
  @Test(arguments: [
    ("write('x', line * 3)", ["s1._domainkey.example.org 3"]),
    ("write('x', gzip.compress(line) + gzip.compress(line))", ["s1._domainkey.example.org 2"]),
    ("write('x', lzma.compress(line * 2))", ["s1._domainkey.example.org 2"]),
    ("write('x', gzip.compress(gzip.compress(report.replace(b'r1', b'r2'))))", ["r2._domainkey.example.net 5"]),
    ("write('x', gzip.compress(report) + b'\\0' * 100)", ["r1._domainkey.example.net 5"]),
    ("write('x', zipped(('a/', b''), ('a/r.xml', report), ('b.xml', report)))", ["r1._domainkey.example.net 10"]),
    ("write('x', zipped(('r.xml.gz', gzip.compress(report))))", ["r1._domainkey.example.net 5"]),
    ("write('x', message)", ["m1._domainkey.example.com 1"]),
    (
      "write('x', b'From a@b Fri Nov 20 08:00:01 2026\\n' + message + b'\\nFrom a@b Fri Nov 20 08:00:01 2026\\n' + message)",
      ["m1._domainkey.example.com 2"]
    ),
    (
      "write('x', b'Subject: r\\nContent-Type: application/gzip\\nContent-Transfer-Encoding: base64\\n\\n'"
        + " + base64.encodebytes(gzip.compress(report)))", ["r1._domainkey.example.net 5"]
    ),
  ]) func aFileIsWhatItsContentSays(_ script: String, _ expected: [String]) throws {
    let path = try folder(preamble + script)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let intake = try read(path + "/x")
    #expect(pairs(intake) == expected)
    #expect(intake.tally.failureCount == 0)
    #expect(intake.tally.faultCount == 0)
  }

  @Test func aFolderIsReadWithAllThatIsInIt() throws {
    let path = try folder(
      preamble
        + """
        write('logs/mainlog', line); write('logs/mainlog.2.gz', gzip.compress(line)); write('reports/a.xml', report)
        write('reports/b.zip', zipped(('b.xml', report))); write('box/cur/1', message); write('box/new/2', message)
        write('box/tmp/3', message); write('box/.Sent/cur/4', message); write('box/.Sent/new/5', message)
        write('.hidden', line); os.symlink('.', 'loop'); os.mkfifo('pipe')
        """)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let intake = try read(path)
    #expect(
      pairs(intake) == ["m1._domainkey.example.com 4", "r1._domainkey.example.net 10", "s1._domainkey.example.org 2"])
    #expect(intake.tally.failureCount == 0)
    #expect(intake.tally.messages == 4)
    #expect(intake.tally.reports == 2)
    #expect(try pairs(read(path + "/logs/main*")) == ["s1._domainkey.example.org 2"])
  }

  @Test(arguments: [
    ("write('x', gzip.compress(line * 100)[:-20])", "the compressed file ends too early; it was cut"),
    ("write('x', lzma.compress(line * 100)[:-20])", "the compressed file ends too early; it was cut"),
    ("write('x', b'\\x1f\\x8b\\x08' + b'\\xff' * 100)", "the compressed file is damaged"),
    ("write('x', zipped(('r.xml', report))[:-30])", "the zip archive cannot be opened"),
    ("write('x', gzip.compress(b'\\0' * (200 << 20)))", "a bomb, not read further"),
    ("write('x', lzma.compress(b'\\0' * (200 << 20)))", "a bomb, not read further"),
    ("write('x', zipped(('r.xml', b'<feedback>' + b' ' * (200 << 20))))", "a bomb, not read further"),
    (
      """
      data = report
      for _ in range(12): data = gzip.compress(data)
      write('x', data)
      """, "it is packed more than 5 times"
    ),
  ]) func whatIsBrokenOrABombCostsALine(_ script: String, _ reason: String) throws {
    let path = try folder(preamble + script)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let intake = try read(path + "/x")
    #expect(intake.tally.failureCount == 1)
    #expect(intake.tally.failures.first?.reason.contains(reason) == true, "\(intake.tally.failures)")
  }

  @Test func whatIsNotThereIsSaid() {
    #expect(throws: IntakeError.self) { try SourceFiles.named("/nonexistent") }
    #expect(throws: IntakeError.self) { try SourceFiles.named("/nonexistent/*.log") }
  }
}
