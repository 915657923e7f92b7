// From a configuration file to a frozen Configuration: text, shape, meaning; the errors of all three at once.

internal import Model

extension Configuration {
  /// Reads a configuration file.
  ///
  /// - Parameters:
  ///   - path: the file; relative paths in it begin at its folder.
  ///   - environment: where secrets given as `{"env": …}` are looked up.
  ///   - readsSecrets: false where nothing is sent: who only looks needs neither the environment of the daemon nor
  ///     permission to read its files.
  ///   - readsProofSecret: the same for the secret of proofs; as `readsSecrets` where nil.
  ///   - auditRules: the ids of the checks that an audit can ignore; others are worth a warning.
  ///   - fingerprint: turns the text of `expect.key` into a fingerprint, or says what was expected.
  /// - Returns: the configuration with all defaults in their places, and what is worth a warning.
  /// - Throws: everything that is wrong, each with its place.
  public static func load(
    path: String, environment: [String: String], readsSecrets: Bool = true,
    readsProofSecret: Bool? = nil, auditRules: Set<String> = [],
    fingerprint: (String) -> Result<String, PinnedKeyError>
  ) throws(ConfigurationError) -> (configuration: Configuration, warnings: [ConfigurationIssue]) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try ConfigurationFile.read(path).bytes
    } catch {
      let hint = error.isPermission ? "; run this as a user who may read it, or name another file by --config" : ""
      throw ConfigurationError(
        issues: [ConfigurationIssue(file: path, message: "the configuration cannot be read: \(error)\(hint)")],
        isPermission: error.isPermission)
    }
    var log = IssueLog(source: SourceText(file: path, bytes: bytes))
    let draft = Draft.read(&log)
    var configuration: Configuration?
    if let draft {
      var resolution = Resolution(
        draft: draft, file: path,
        secrets: SecretResolver(file: path, environment: environment, isReading: readsSecrets),
        proofSecrets: SecretResolver(
          file: path, environment: environment, isReading: readsProofSecret ?? readsSecrets), auditRules: auditRules,
        log: log)
      configuration = resolution.configuration(fingerprint: fingerprint)
      log = resolution.log
    }
    guard let configuration, log.errors.isEmpty else { throw ConfigurationError(issues: log.errors) }
    return (configuration, log.warnings)
  }
}

extension Draft {
  /// The draft that the text in `log` holds; nil where it is no JSON object.
  static func read(_ log: inout IssueLog) -> Draft? {
    guard let document = document(&log) else { return nil }
    return SettingType<Draft>.configuration.read(document, SourceLocation(path: "", offset: document.offset), &log)
  }

  private static func document(_ log: inout IssueLog) -> JSONNode? {
    let bytes = log.source.bytes
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      log.refuse(SourceLocation(path: ""), "the file is UTF-16; save it as UTF-8")
      return nil
    }
    if let offset = log.source.firstInvalidByte {
      log.refuse(
        SourceLocation(path: "", offset: offset),
        "the byte 0x\(bytes[offset].digits(2, radix: 16, uppercase: true)) is not UTF-8; save the file as UTF-8")
      return nil
    }
    var reader = JSONReader(bytes)
    var document: JSONNode?
    var faults: [JSONReader.Fault] = []
    do throws(JSONReader.Fault) {
      document = try reader.document()
    } catch {
      faults = [error]
    }
    for fault in reader.faults + faults {
      log.refuse(SourceLocation(path: fault.path, offset: fault.offset), fault.message)
    }
    return document
  }
}
