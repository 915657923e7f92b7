// Where Config meets Keys and Auditing: what `expect.key` pins is read as a key, and what `ignore` names must be a check.

internal import Auditing
public import Config
internal import Keys

extension Configuration {
  /// Reads a configuration file; the text of a pinned key becomes its fingerprint.
  ///
  /// - Parameters:
  ///   - path: the file; relative paths in it begin at its folder.
  ///   - environment: where secrets given as `{"env": …}` are looked up.
  ///   - readsSecrets: false where nothing is sent, so that no secret is needed.
  ///   - readsProofSecret: the same for the secret of proofs; as `readsSecrets` where nil.
  public static func load(
    path: String, environment: [String: String], readsSecrets: Bool = true,
    readsProofSecret: Bool? = nil
  ) throws(ConfigurationError) -> (configuration: Configuration, warnings: [ConfigurationIssue]) {
    try load(
      path: path, environment: environment, readsSecrets: readsSecrets, readsProofSecret: readsProofSecret,
      auditRules: AuditCheck.ids
    ) { text in
      do {
        return .success(try PinnedKey.fingerprint(of: text))
      } catch {
        return .failure(PinnedKeyError(message: "\(error)"))
      }
    }
  }
}
