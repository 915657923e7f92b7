// Help, completions and manual pages: one source, held together here.

import ArgumentParser
import Config
import Foundation
import TestSupport
import Testing

@testable import selectord

private let verbs: [(path: [String], command: any ParsableCommand.Type)] = [
  ([], Selectord.self), (["run"], RunCommand.self), (["check"], CheckCommand.self),
  (["status"], StatusCommand.self), (["history"], HistoryCommand.self),
  (["diagnose"], DiagnoseCommand.self), (["key"], KeyCommand.self), (["policy"], PolicyCommand.self),
  (["verify"], VerifyCommand.self), (["queue"], QueueCommand.self),
  (["rotate"], RotateCommand.self), (["rotate", "plan"], RotatePlanCommand.self),
  (["rotate", "verify"], RotateVerifyCommand.self), (["rotate", "check-proof"], RotateCheckProofCommand.self),
  (["rehearse"], RehearseCommand.self), (["discover"], DiscoverCommand.self),
  (["config"], ConfigCommand.self),
  (["config", "check"], ConfigCommand.Check.self), (["config", "show"], ConfigCommand.Show.self),
  (["config", "schema"], ConfigCommand.Schema.self), (["alert"], AlertCommand.self),
  (["alert", "list"], AlertCommand.List.self), (["alert", "retry"], AlertCommand.Retry.self),
  (["alert", "test"], AlertCommand.Test.self), (["incident"], IncidentCommand.self),
  (["incident", "list"], IncidentCommand.List.self), (["incident", "acknowledge"], IncidentCommand.Acknowledge.self),
  (["init"], InitCommand.self), (["backup"], BackupCommand.self),
  (["silence"], SilenceCommand.self), (["silence", "add"], SilenceCommand.Add.self),
  (["silence", "list"], SilenceCommand.List.self), (["silence", "expire"], SilenceCommand.Expire.self),
]

/// The path of a file of the repository, from the folder of the goldens.
private func repository(_ path: String) -> String { "../../../" + path }

@Test func theHelpOfEachVerbIsWhatWasRead() {
  for (path, command) in verbs {
    let name = (["help"] + path).joined(separator: "-") + ".txt"
    expectGolden(Selectord.helpMessage(for: command, columns: 80) + "\n", name)
  }
}

@Test(arguments: [
  (CompletionShell.bash, "selectord.bash"), (.zsh, "_selectord"), (.fish, "selectord.fish"),
])
func shippedCompletionsAreThoseThatTheProgramMakes(shell: CompletionShell, file: String) {
  expectGolden(Selectord.completionScript(for: shell) + "\n", repository("deploy/completions/\(file)"))
}

@Test func theManualPageTellsWhatTheHelpTells() throws {
  let page = ManualPages.commands(
    try CommandHelp.read(Selectord._dumpHelp()),
    usage: { path in
      guard let command = verbs.first(where: { $0.path == path })?.command else { return "" }
      return Selectord.usageString(for: command)
    }, version: Selectord.configuration.version)
  expectGolden(page, repository("deploy/man/selectord.1"))
  let groups = [[], ["config"], ["rotate"], ["alert"], ["incident"], ["silence"]]
  for (path, _) in verbs where !groups.contains(path) {
    #expect(page.contains(".SS \"selectord \(path.joined(separator: " ").replacing("-", with: "\\-"))\""))
  }
}

@Test func theManualPageOfTheConfigurationTellsWhatTheSchemaTells() throws {
  let example = """
    {"views": [{"name": "local", "type": "system"}, {"name": "authoritative", "type": "authoritative"}],
     "watches": [{"domain": "domain.com", "selectors": ["zendesk1", "zendesk2"], "interval": "5m"}],
     "receivers": [{"name": "postmaster", "format": "slack", "url": {"env": "SLACK_WEBHOOK"}}]}
    """
  let page = try ManualPages.configuration(
    schema: ConfigurationSchema.text, example: example, version: Selectord.configuration.version)
  expectGolden(page, repository("deploy/man/selectord.json.5"))
  #expect(page.contains("\\fBunreachableAfter\\fR"))
  #expect(page.contains("\\fBminimumSeverity\\fR"))
}
