// Golden files: every text that a user sees is compared with a file that a person has read.

public import Testing
internal import Glibc

/// Compares `text` with the file `Golden/<name>` beside the calling test file.
///
/// With `SELECTORD_RECORD=1` in the environment the file is written instead. A missing file is written too, and that
/// run fails, so that a new golden file is always looked at.
public func expectGolden(
  _ text: String, _ name: String, filePath: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
  let path = absolute(name, in: filePath.split(separator: "/").dropLast() + ["Golden"])
  let isRecording = getenv("SELECTORD_RECORD").map { String(cString: $0) == "1" } ?? false
  let known = contents(ofFile: path)
  if isRecording || known == nil {
    var parent = ""
    for part in path.split(separator: "/").dropLast() {
      parent += "/" + part
      mkdir(parent, 0o755)
    }
    guard let file = fopen(path, "w") else {
      Issue.record("cannot write \(path)", sourceLocation: sourceLocation)
      return
    }
    fputs(text, file)
    fclose(file)
    if !isRecording { Issue.record("recorded \(path): read it, then run again", sourceLocation: sourceLocation) }
    return
  }
  #expect(text == known, "differs from \(path); SELECTORD_RECORD=1 records anew", sourceLocation: sourceLocation)
}

/// The path of a name below a folder. Steps upwards are taken in the text: a folder without a file in it is in no clone.
private func absolute(_ name: String, in folder: [Substring]) -> String {
  var parts = folder
  for part in name.split(separator: "/") { if part == ".." { _ = parts.popLast() } else { parts.append(part) } }
  return "/" + parts.joined(separator: "/")
}

/// The contents of a text file; nil where it cannot be read.
public func contents(ofFile path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// The path of the folder `Tests/Fixtures/<name>`.
public func fixtures(_ name: String) -> String {
  #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Fixtures/" + name
}
