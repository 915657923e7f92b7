// Reads the table of vendors.

internal import Model

/// The vendors of a table, and what is wrong with its rows.
struct VendorTable {
  private(set) var vendors: [Vendor] = []
  private(set) var errors: [TableError] = []

  /// Reads the table whose columns `Data/vendors.tsv` explains; a malformed row is left out.
  init(_ text: some Sequence<UInt8>) {
    for row in TableText(text).rows {
      do throws(TableError) {
        vendors.append(try Self.vendor(row))
      } catch {
        errors.append(error)
      }
    }
  }

  private static func vendor(_ row: TableText.Row) throws(TableError) -> Vendor {
    func error(_ message: String) -> TableError { TableError(line: row.line, message: message) }
    guard row.cells.count == 8 else { throw error("found \(row.cells.count) cells, expected 8") }
    let (name, source) = (row.cells[0], row.cells[6])
    guard !name.isEmpty, !source.isEmpty else { throw error("the vendor and the source must not be empty") }

    let type: RecordType
    switch row.cells[2] {
    case "CNAME": type = .cname
    case "TXT": type = .txt
    default: throw error("found the type '\(row.cells[2])', expected CNAME or TXT")
    }
    let selectors = try patterns(row.cells[1], row)
    let targets = try patterns(row.cells[3], row)
    guard !selectors.isEmpty else { throw error("a vendor needs a selector") }
    guard type == .cname ? [1, selectors.count].contains(targets.count) : targets.isEmpty else {
      throw error("found \(targets.count) targets; a CNAME has one for all selectors or one for each, a TXT has none")
    }
    let members = selectors.enumerated().map { index, selector in
      Vendor.Member(selector: selector, target: targets.count > 1 ? targets[index] : targets.first)
    }

    let words = row.cells[4].split(separator: ":")
    guard let rule = words.first.flatMap({ Vendor.Rule(rawValue: String($0)) }), words.count <= 2,
      let count = words.count == 2 ? Int(words[1]) : selectors.count, count >= selectors.count
    else {
      throw error("found '\(row.cells[4])'; expected all, oneActive or independent, and ':count' for more records")
    }

    let names = row.cells[5].split(separator: " ").map { try? DomainName($0) }
    guard names.count == (type == .cname ? 2 : 1), let selector = names[0], let target = names.last else {
      throw error("the example '\(row.cells[5])' is no selector, or for a CNAME no selector and target")
    }
    return Vendor(
      name: name, type: type, members: members, rule: rule, recordCount: count,
      example: Vendor.Example(selector: selector, target: type == .cname ? target : nil), source: source,
      note: row.cells[7])
  }

  private static func patterns(_ cell: String, _ row: TableText.Row) throws(TableError) -> [NamePattern] {
    var patterns: [NamePattern] = []
    for word in cell.split(separator: " ") where word != "-" {
      guard let pattern = NamePattern(word) else {
        throw TableError(line: row.line, message: "'\(word)' is no pattern of a name")
      }
      patterns.append(pattern)
    }
    return patterns
  }
}
