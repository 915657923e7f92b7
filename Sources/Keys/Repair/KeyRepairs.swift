// The table of repairs: characters before the structure, the structure before the values.

/// One row and one function a repair; each is tried on what the rows before it made.
enum KeyRepairs {
  static let table: [KeyRepairRow] =
    characterRepairs + wrappingRepairs + structureRepairs + tagRepairs + valueRepairs + keyRepairs + scopeRepairs
}
