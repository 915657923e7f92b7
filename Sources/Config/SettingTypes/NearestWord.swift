// The known word that a person most likely meant.

internal import Model

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
