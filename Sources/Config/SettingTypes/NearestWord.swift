// The known word that a person most likely meant.

/// The word of `known` that is nearest to `typed`; nil where none is near enough to be meant.
///
/// The measure is the number of letters put in, left out, changed or swapped with the next one (the optimal string
/// alignment distance), without regard to case; a word that lost or gained a part (`minBits`, `warn`) is near too.
public func nearestWord(to typed: String, among known: some Sequence<String>) -> String? {
  let typedLetters = Array(typed.lowercased().prefix(64))
  var best: (word: String, distance: Int)?
  for word in known {
    let letters = Array(word.lowercased())
    let distance = editDistance(typedLetters, letters)
    let length = min(letters.count, typedLetters.count)
    let isPart =
      length >= 3 && 2 * length >= max(letters.count, typedLetters.count)
      && (isSubsequence(typedLetters, of: letters) || isSubsequence(letters, of: typedLetters))
    let isNear = distance <= max(1, min(3, length / 3)) && distance < letters.count || isPart
    if isNear, distance < best?.distance ?? .max { best = (word, distance) }
  }
  return best?.word
}

private func isSubsequence(_ part: [Character], of whole: [Character]) -> Bool {
  var rest = part[...]
  for letter in whole where letter == rest.first { rest.removeFirst() }
  return rest.isEmpty
}

private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for row in 0..<left.count {
    var current = [row + 1]
    for column in 0..<right.count {
      let isSame = left[row] == right[column]
      var distance = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (isSame ? 0 : 1))
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        distance = min(distance, beforePrevious[column - 1] + 1)
      }
      current.append(distance)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.count]
}
