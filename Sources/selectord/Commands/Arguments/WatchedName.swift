// `DOMAIN`, `DOMAIN SELECTOR`, a key name, or `NAME TYPE`, as the command line names them.

import ArgumentParser
import Config
import Model

/// A domain, or one key, as the command line names it.
struct WatchedName: Hashable, CustomStringConvertible {
  let domain: DomainName
  let selector: DomainName?
  /// The type, where a record set is named.
  let recordType: RecordType?

  /// Reads `DOMAIN`, `DOMAIN SELECTOR` or a key name.
  ///
  /// - Parameter takesRecordSets: whether `NAME TYPE` is read too.
  init(_ typed: String, selector typedSelector: String?, takesRecordSets: Bool = false) throws {
    recordType = takesRecordSets ? typedSelector.flatMap(RecordType.init(inCapitals:)) : nil
    if recordType != nil {
      (domain, selector) = (try Self.name(typed), nil)
      return
    }
    if let typedSelector {
      let key = try Self.read { () throws(KeyNameLineError) in
        try KeyNameList.keyName(domain: typed, selector: typedSelector)
      }
      (domain, selector) = (key.domain, key.selector)
    } else if let key = try? KeyNameList.keyName(typed) {
      (domain, selector) = (key.domain, key.selector)
    } else {
      (domain, selector) = (try Self.name(typed), nil)
    }
  }

  private static func name(_ typed: String) throws -> DomainName {
    do throws(InternationalNameError) {
      return try InternationalName.parse(typed)
    } catch {
      throw ValidationError(error.description)
    }
  }

  private static func read(_ body: () throws(KeyNameLineError) -> KeyName) throws -> KeyName {
    do throws(KeyNameLineError) {
      return try body()
    } catch {
      throw ValidationError(error.description)
    }
  }

  func covers(_ key: KeyName) -> Bool {
    self.key.map { $0 == key } ?? (key.domain == domain)
  }

  /// The key or the record set, where one is named.
  var key: KeyName? {
    if let recordType { return KeyName(recordSet: domain, recordType) }
    return KeyName(selector, of: domain)
  }

  var description: String { key?.description ?? domain.description }
}
