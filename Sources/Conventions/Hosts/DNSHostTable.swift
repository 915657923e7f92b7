// Reads the table of hosts.

internal import Model

/// The hosts of a table, and what is wrong with its rows.
struct DNSHostTable {
  private(set) var hosts: [DNSHost] = []
  private(set) var errors: [TableError] = []

  /// Reads the table whose columns `Data/hosts.tsv` explains; a malformed row is left out.
  init(_ text: some Sequence<UInt8>) {
    for row in TableText(text).rows {
      do throws(TableError) {
        hosts.append(try Self.host(row))
      } catch {
        errors.append(error)
      }
    }
  }

  private static func host(_ row: TableText.Row) throws(TableError) -> DNSHost {
    func error(_ message: String) -> TableError { TableError(line: row.line, message: message) }
    let cells = row.cells
    guard cells.count == 15 else { throw error("found \(cells.count) cells, expected 15") }
    for index in [0, 2, 3, 4, 6, 7, 13] where cells[index].isEmpty {
      throw error("cell \(index + 1) must not be empty")
    }
    var servers: [NamePattern] = []
    for word in cells[1].split(separator: " ") {
      guard let pattern = NamePattern(word) else { throw error("'\(word)' is no pattern of a name") }
      servers.append(pattern)
    }
    guard let example = try? DomainName(cells[12]), servers.contains(where: { $0.match(example) != nil }) else {
      throw error("the example '\(cells[12])' is none of the servers")
    }
    let nameForm: DNSHost.NameForm
    switch cells[5] {
    case "absolute": nameForm = .absolute
    case "blank": nameForm = .relative(apex: "")
    case "@": nameForm = .relative(apex: "@")
    default: throw error("found '\(cells[5])' for the name, expected @, blank or absolute")
    }
    guard let textForm = DNSHost.TextForm(rawValue: cells[8]) else {
      throw error("found '\(cells[8])' for TXT, expected plain or strings")
    }
    guard let targetForm = DNSHost.TargetForm(rawValue: cells[9]) else {
      throw error("found '\(cells[9])' for CNAME, expected plain or dot")
    }
    return DNSHost(
      name: cells[0], servers: servers, place: cells[2],
      fields: DNSHost.Fields(
        type: cells[3], name: cells[4], text: cells[6], target: cells[7], ttl: try setting(cells[10], row)),
      nameForm: nameForm, textForm: textForm, targetForm: targetForm, aliasSetting: try setting(cells[11], row),
      example: example, source: cells[13], note: cells[14])
  }

  private static func setting(_ cell: String, _ row: TableText.Row) throws(TableError) -> DNSHost.Setting? {
    if cell == "-" { return nil }
    let words = cell.split(separator: "=", maxSplits: 1).map(String.init)
    guard words.count == 2 else {
      throw TableError(line: row.line, message: "found the setting '\(cell)', expected 'field=value' or -")
    }
    return DNSHost.Setting(field: words[0], value: words[1])
  }
}
