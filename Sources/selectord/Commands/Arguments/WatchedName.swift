// `DOMAIN`, `DOMAIN SELECTOR` or a key name, as the command line names them.

import ArgumentParser
import Config
import Model

/// A domain, or one key, as the command line names it.
struct WatchedName: Hashable, CustomStringConvertible {
  let domain: DomainName
  let selector: DomainName?

  /// Reads `DOMAIN`, `DOMAIN SELECTOR` or a key name.
  init(_ typed: String, selector typedSelector: String?) throws {
    if let typedSelector {
      let key = try Self.read { () throws(KeyNameLineError) in
        try KeyNameList.keyName(domain: typed, selector: typedSelector)
      }
      (domain, selector) = (key.domain, key.selector)
    } else if let key = try? KeyNameList.keyName(typed) {
      (domain, selector) = (key.domain, key.selector)
    } else {
      do throws(InternationalNameError) {
        domain = try InternationalName.parse(typed)
      } catch {
        throw ValidationError(error.description)
      }
      selector = nil
    }
  }

  private static func read(_ body: () throws(KeyNameLineError) -> KeyName) throws -> KeyName {
    do throws(KeyNameLineError) {
      return try body()
    } catch {
      throw ValidationError(error.description)
    }
  }

  func covers(_ key: KeyName) -> Bool { key.domain == domain && (selector.map { $0 == key.selector } ?? true) }

  /// The key, where one is named.
  var key: KeyName? { selector.flatMap { try? KeyName(selector: $0, domain: domain) } }

  var description: String { key?.description ?? domain.description }
}
