// The project's own files, for tests that hold the sources themselves against a rule.

internal import Glibc

/// The path of a file or folder of the repository.
public func repository(_ path: String) -> String { fixtures("../../" + path) }

/// The paths of the files below a folder of the repository that end so, relative to that folder and sorted.
public func files(below folder: String, suffix: String) -> [String] {
  let root = repository(folder)
  var found: [String] = []
  var open = [""]
  while let inner = open.popLast() {
    guard let directory = opendir(root + "/" + inner) else { continue }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasPrefix(".") { continue }
      if entry.pointee.d_type == UInt8(DT_DIR) {
        open.append(inner + name + "/")
      } else if name.hasSuffix(suffix) {
        found.append(inner + name)
      }
    }
  }
  return found.sorted()
}

/// One line of Swift without its comment. A `//` inside a string literal does not begin one.
public func codeWithoutComment(_ line: Substring) -> Substring {
  var isInLiteral = false
  var previous: Character = " "
  for index in line.indices {
    let character = line[index]
    if character == "\"", previous != "\\" { isInLiteral.toggle() }
    if character == "/", previous == "/", !isInLiteral { return line[..<line.index(before: index)] }
    previous = character
  }
  return line
}
