// The keys of a rotation, as the command line names them.

import ArgumentParser
import Config
import Model

/// The two keys that the command line names.
struct RotationSubject: Hashable, Sendable {
  let new: KeyName
  let old: KeyName?

  init(_ domain: String, new: String?, old: String?) throws {
    guard let key = try WatchedName(domain, selector: new).key else {
      throw ValidationError(
        "found only '\(domain)': expected a domain and the new selector, or its key name such as "
          + "s2026._domainkey.example.org")
    }
    self.new = key
    self.old = try old.map { selector in
      do throws(KeyNameLineError) {
        return try KeyNameList.keyName(domain: key.domain.description, selector: selector)
      } catch {
        throw ValidationError("--old: \(error.description)")
      }
    }
    if self.old == key {
      throw ValidationError(
        "--old is the new selector itself; a new key gets a new selector, so that mail on its way can still be verified "
          + "(RFC 6376, section 3.1)")
    }
  }
}
