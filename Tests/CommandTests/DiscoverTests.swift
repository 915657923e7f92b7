// `discover`: what it prints of a log, a report and a message, and what it says beside that.

import Census
import Config
import Foundation
import Intake
import Model
import TestSupport
import Testing

@testable import selectord

@Suite struct DiscoverTests {
  private static let now = Timestamp(seconds: 1_795_608_000)
  private static let names = ["mainlog", "report.xml", "message.eml"]

  /// The census of the fixtures, whose places have no folder.
  private func report(watched: Set<KeyName> = [], domains: [String] = [], unwatchedOnly: Bool = false) throws
    -> CensusReport
  {
    var intake = Intake(trustedServers: [], now: Self.now, offset: { _ in 0 })
    for name in Self.names {
      for source in try SourceFiles.named(fixtures("census/") + name) { intake.read(source) }
    }
    return CensusReport(
      intake.census, intake.tally, watched: watched, domains: domains, unwatchedOnly: unwatchedOnly, now: Self.now)
  }

  private func text(_ report: CensusReport, _ output: ListFormat, columns: Int? = nil) throws -> String {
    var printer = CensusPrinter(
      output: output, showsState: false, appearance: Appearance(isColoured: false, isUnicode: false, columns: columns),
      display: { $0.description })
    return try (report.rows.map { try printer.add($0) }.joined() + printer.finish())
      .replacing(fixtures("census/"), with: "")
  }

  private func talk(_ report: CensusReport, showsPlaces: Bool = false) -> String {
    (report.account(showsPlaces: showsPlaces).withSelectord + report.remarks.withSelectord)
      .replacing(fixtures("census/"), with: "")
  }

  @Test func theCensusIsPrinted() throws {
    let watched: Set = [try KeyNameList.keyName("s2026._domainkey.example.org")]
    let report = try report(watched: watched)
    expectGolden(try text(report, .table), "discover.txt")
    expectGolden(try text(report, .table, columns: 80), "discover-80.txt")
    expectGolden(try text(report, .json), "discover.json")
    expectGolden(talk(report, showsPlaces: true), "discover-talk.txt")
  }

  @Test func thePageShowsWhatIsPrinted() throws {
    let page = try #require(contents(ofFile: fixtures("../..") + "/docs/discover-selectors.md"))
    let report = try report()
    #expect(
      page.contains("$ selectord discover \(Self.names.joined(separator: " "))\n" + (try text(report, .table)) + "```"))
    #expect(page.contains("```console\n" + talk(report) + "```"))
  }

  @Test func filtersLeaveOut() throws {
    let watched: Set = [try KeyNameList.keyName("s2026._domainkey.example.org")]
    #expect(try report(domains: ["example.org"]).rows.map(\.key.description) == ["s2026._domainkey.example.org"])
    #expect(try report(domains: ["*.example.org"]).rows.isEmpty)
    let unwatched = try report(watched: watched, unwatchedOnly: true).rows
    #expect(!unwatched.contains { $0.isWatched } && unwatched.count == 3)
  }

  @Test func linesForTheInputOfCheckAreThoseThatItTakes() throws {
    let run = try Run(["discover", "--format", "input", "-"], input: try log())
    #expect(run.code == 0)
    let lines = run.out.split(separator: "\n")
    #expect(lines == ["domain.com zendesk1", "example.com mail2026", "example.org s2026"])
    for line in lines {
      for entry in KeyNameList.entries(on: Array(line.utf8)) { #expect(throws: Never.self) { try entry.get() } }
    }
  }

  private func log() throws -> String { try #require(contents(ofFile: fixtures("census/mainlog"))) }

  @Test(arguments: [
    (["discover", "/nonexistent"], 65), (["discover", "--since", "soon"], 64), (["discover", "--domain", ".."], 64),
    (["discover", "-", "--view", "local"], 64), (["discover", "-", "--unwatched"], 78),
    (["discover", "-", "--output", "nagios"], 64), (["discover", "-"], 0),
  ]) func errorsHaveTheirExitCode(_ arguments: [String], _ code: Int) throws {
    let run = try Run(arguments)
    #expect(run.code == Int32(code))
    #expect(run.out == "")
    #expect(!run.err.isEmpty)
  }

  @Test func nothingOfALogSteersTheTerminal() throws {
    let line =
      "2026-11-25 14:02:11 1vO1aB-000000001Xy-0aBc DKIM: d=\u{1B}[31mx.example s=s c=x [verification succeeded]\n"
    let run = try Run(["discover", "-"], input: line)
    #expect(run.code == 0)
    #expect(!run.out.contains("\u{1B}") && !run.err.contains("\u{1B}"))
    #expect(run.err.contains("is no signing domain"))
  }
}
