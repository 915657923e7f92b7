// What happened to a header: tries the values that its fields may have had, until the signature fits. Bounded work.

internal import Model
internal import Phrasing

/// Looks for the header that was signed.
struct HeaderSearch {
  private let header: MessageHeader
  private let signature: SignatureField
  private let signed: SignedHeader
  /// Whether the signature belongs to some data.
  private let fits: ([UInt8]) -> Bool
  private var tries: Int

  private static let mostTries = 3000
  /// Of a repeated field so many are tried as added ones.
  private static let mostRepeats = 8

  init(header: MessageHeader, signature: SignatureField, index: FieldIndex, fits: @escaping ([UInt8]) -> Bool) {
    self.header = header
    self.signature = signature
    self.fits = fits
    signed = SignedHeader(signature, in: header, index: index)
    tries = Self.mostTries
  }

  /// What was found, and what is known where nothing was.
  mutating func change() -> HeaderChange {
    var change = HeaderChange()
    let names = signature.signedFields.withoutRepeats
    change.candidates = names.filter { name in header.fields.contains { $0.name == name } }
    change.missing = names.filter { name in !header.fields.contains { $0.name == name } }
    change.found = copies(&change) ?? added() ?? single() ?? blanks() ?? pair() ?? []
    return change
  }

  private mutating func verifies(_ replacing: [Int: [UInt8]]) -> Bool {
    guard tries > 0 else { return false }
    tries -= 1
    return fits(signed.data(signature, in: header, replacing: replacing))
  }

  private func canonical(_ place: Int, _ value: [UInt8]) -> [UInt8] {
    let field = header.fields[place]
    return HeaderForm.canonical(
      name: field.bytes[..<field.colon], value: value, signature.headerCanonicalization)
  }

  private func kind(_ place: Int, _ value: [UInt8]) -> HeaderChange.Kind {
    let field = header.fields[place]
    return .value(name: field.writtenName.text, now: field.text, signed: Array(value.trimmed).text)
  }

  // MARK: - Copies of the signer

  /// The fields that differ from their copies in `z=`.
  private mutating func copies(_ change: inout HeaderChange) -> [HeaderChange.Kind]? {
    guard !signature.copies.isEmpty else { return nil }
    var replacing: [Int: [UInt8]] = [:]
    var kinds: [HeaderChange.Kind] = []
    var rest = signature.copies
    for place in signed.places.compactMap(\.self) {
      let field = header.fields[place]
      guard let number = rest.firstIndex(where: { $0.name == field.name }) else { continue }
      let copy = rest.remove(at: number).value
      let wasSigned = HeaderForm.canonical(name: field.name.utf8, value: copy, .relaxed)
      if wasSigned == HeaderForm.canonical(field, .relaxed) { continue }
      replacing[place] = canonical(place, [.space] + copy.trimmed)
      kinds.append(kind(place, copy))
    }
    if kinds.isEmpty { return nil }
    if verifies(replacing) { return kinds }
    change.copiesDiffer = kinds
    return nil
  }

  // MARK: - Fields added

  private mutating func added() -> [HeaderChange.Kind]? {
    for name in signature.signedFields.withoutRepeats {
      let places = header.fields.indices.filter { header.fields[$0].name == name }
      for place in places.prefix(Self.mostRepeats) {
        guard tries > 0 else { return nil }
        tries -= 1
        var fields = header.fields
        let field = fields.remove(at: place)
        let shorter = MessageHeader(fields: fields)
        let signed = SignedHeader(signature, in: shorter, index: FieldIndex(shorter))
        if fits(signed.data(signature, in: shorter)) {
          return [.added(name: field.writtenName.text, value: field.text)]
        }
      }
    }
    return nil
  }

  // MARK: - Values

  private mutating func single() -> [HeaderChange.Kind]? {
    for place in signed.places.compactMap(\.self) {
      for value in FieldGuesses.values(of: header.fields[place], in: header)
      where verifies([place: canonical(place, value)]) {
        return [kind(place, value)]
      }
    }
    return nil
  }

  /// Two fields at once: mailing lists change the subject and something else.
  private mutating func pair() -> [HeaderChange.Kind]? {
    let places = signed.places.compactMap(\.self)
    let guesses = places.map { place in (place, FieldGuesses.values(of: header.fields[place], in: header)) }
      .filter { !$0.1.isEmpty }
    for (number, one) in guesses.enumerated() {
      for other in guesses[(number + 1)...] {
        for value in one.1 {
          for second in other.1 {
            guard tries > 0 else { return nil }
            if verifies([one.0: canonical(one.0, value), other.0: canonical(other.0, second)]) {
              return [kind(one.0, value), kind(other.0, second)]
            }
          }
        }
      }
    }
    return nil
  }

  // MARK: - Blanks

  /// Folding and blanks, which the simple form keeps: field by field, then all at once.
  private mutating func blanks() -> [HeaderChange.Kind]? {
    guard signature.headerCanonicalization == .simple else { return nil }
    let places = signed.places.compactMap(\.self)
    for edit in FieldGuesses.blankEdits {
      var all: [Int: [UInt8]] = [:]
      var names: [String] = []
      for place in places {
        let field = header.fields[place]
        let edited = edit(Array(field.rawValue))
        if edited.elementsEqual(field.rawValue) { continue }
        all[place] = canonical(place, edited)
        names.append(field.writtenName.text)
        if verifies([place: all[place] ?? []]) { return [.blanks(names: [field.writtenName.text])] }
      }
      if names.count > 1, verifies(all) { return [.blanks(names: names.withoutRepeats)] }
    }
    return nil
  }
}
