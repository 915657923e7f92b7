// The chain of ARC sets (RFC 8617): who vouched for the message on its way.

internal import Model

/// One set of ARC fields: what one server on the way found, and its seal.
public struct ARCSet: Hashable, Sendable {
  public let instance: Int
  public let results: HeaderField
  public let message: SignatureField
  public let seal: SignatureField
}

/// The sets of ARC fields in a message.
public struct ARCChain: Hashable, Sendable {
  /// The highest instance (RFC 8617, section 4.2.1).
  public static let longest = 50

  /// Why the fields are no chain.
  public enum Fault: Hashable, Sendable {
    case tooMany(Int)
    /// A field without a readable instance.
    case noInstance(field: String)
    case repeated(field: String, instance: Int)
    case missing(field: String, instance: Int)
    /// A field of a set is malformed.
    case malformed(field: String, instance: Int, SignatureFault)
    /// `cv=` is not what its place in the chain asks for.
    case chainValidation(instance: Int, String)
    /// `h=` of the message signature names ARC-Seal (RFC 8617, section 4.1.2).
    case signsSeal(instance: Int)
  }

  /// The sets, from the first to the last; empty where a fault keeps them apart.
  public let sets: [ARCSet]
  /// The highest instance that was seen.
  public let instances: Int
  /// The first thing that is wrong; nil where the chain is whole, or there is none.
  public let fault: Fault?

  /// Collects the sets of a header.
  public init(_ header: MessageHeader) {
    var collector = ARCCollector()
    for field in header.fields where field.writtenName.first.map({ $0 | 0x20 }) == UInt8(ascii: "a") {
      collector.take(field)
    }
    self = collector.chain()
  }

  init(sets: [ARCSet], instances: Int, fault: Fault?) {
    self.sets = sets
    self.instances = instances
    self.fault = fault
  }

  /// What the last seal says of the chain before it: none, pass or fail.
  public var lastStatement: String? { sets.last?.seal.text("cv")?.lowercased() }
}

/// Sorts ARC fields by their instances.
private struct ARCCollector {
  private var results: [Int: HeaderField] = [:]
  private var messages: [Int: SignatureField] = [:]
  private var seals: [Int: SignatureField] = [:]
  private var fault: ARCChain.Fault?
  private var count = 0

  /// More fields than any chain has.
  private static let most = 3 * ARCChain.longest + 3

  mutating func take(_ field: HeaderField) {
    let isResults = field.isNamed("ARC-Authentication-Results")
    let isMessage = field.isNamed("ARC-Message-Signature")
    guard isResults || isMessage || field.isNamed("ARC-Seal") else { return }
    count += 1
    if count > Self.most { return }
    if isResults {
      guard let instance = Self.instance(ofResults: field) else {
        return note(.noInstance(field: "ARC-Authentication-Results"))
      }
      if results.updateValue(field, forKey: instance) != nil {
        note(.repeated(field: "ARC-Authentication-Results", instance: instance))
      }
      return
    }
    let name = isMessage ? "ARC-Message-Signature" : "ARC-Seal"
    let signature = SignatureField(field, kind: isMessage ? .arcMessage : .arcSeal)
    guard let instance = signature.instance else { return note(.noInstance(field: name)) }
    let old =
      isMessage
      ? messages.updateValue(signature, forKey: instance) : seals.updateValue(signature, forKey: instance)
    if old != nil { note(.repeated(field: name, instance: instance)) }
  }

  private mutating func note(_ fault: ARCChain.Fault) { self.fault = self.fault ?? fault }

  /// `i=` is the first thing in the field (RFC 8617, section 4.1.1).
  private static func instance(ofResults field: HeaderField) -> Int? {
    guard let first = field.rawValue.split(separator: UInt8(ascii: ";"), maxSplits: 1).first else { return nil }
    let clause = MailToken.tokens(of: first).filter { $0 != .blank && !$0.isComment }
    guard clause.count == 3, clause[0].word?.lowercased() == "i", clause[1] == .special(UInt8(ascii: "=")),
      let text = clause[2].word, text.utf8.allSatisfy(\.isDigit), let instance = Int(text),
      (1...ARCChain.longest).contains(instance)
    else { return nil }
    return instance
  }

  func chain() -> ARCChain {
    let instances = max(results.keys.max() ?? 0, messages.keys.max() ?? 0, seals.keys.max() ?? 0)
    if count > Self.most { return ARCChain(sets: [], instances: instances, fault: .tooMany(count / 3)) }
    if let fault { return ARCChain(sets: [], instances: instances, fault: fault) }
    var sets: [ARCSet] = []
    for instance in 1..<(instances + 1) {
      guard let result = results[instance] else {
        return ARCChain(
          sets: [], instances: instances, fault: .missing(field: "ARC-Authentication-Results", instance: instance))
      }
      guard let message = messages[instance] else {
        return ARCChain(
          sets: [], instances: instances, fault: .missing(field: "ARC-Message-Signature", instance: instance))
      }
      guard let seal = seals[instance] else {
        return ARCChain(sets: [], instances: instances, fault: .missing(field: "ARC-Seal", instance: instance))
      }
      sets.append(ARCSet(instance: instance, results: result, message: message, seal: seal))
    }
    return ARCChain(sets: sets, instances: instances, fault: sets.lazy.compactMap { self.fault(of: $0) }.first)
  }

  private func fault(of set: ARCSet) -> ARCChain.Fault? {
    if let fault = set.message.faults.first {
      return .malformed(field: "ARC-Message-Signature", instance: set.instance, fault)
    }
    if let fault = set.seal.faults.first {
      return .malformed(field: "ARC-Seal", instance: set.instance, fault)
    }
    if set.message.signedFields.contains("arc-seal") { return .signsSeal(instance: set.instance) }
    let statement = set.seal.text("cv")?.lowercased() ?? ""
    if statement != (set.instance == 1 ? "none" : "pass") {
      return .chainValidation(instance: set.instance, statement)
    }
    return nil
  }
}
