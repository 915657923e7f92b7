// Who may give notice, and how often. Pure: a packet and the time go in, what is done with it comes out.

public import DNS
public import Model

/// Lets notices of named sources through, within a rate.
public struct NoticeGate: Sendable {
  /// How many packets a second each named address or prefix may send, and how many at once: a primary that was restarted gives
  /// notice of all its zones. What is too much is not answered, and comes again.
  public static let rate = 100
  public static let burst = 200

  public enum Verdict: Hashable, Sendable {
    /// Nothing is answered.
    case ignored
    /// A request that is no notice.
    case refused(NoticeRequest, ResponseCode)
    case notice(NoticeRequest, of: DomainName)
  }

  /// Totals since the start.
  public struct Counters: Hashable, Sendable {
    /// Notices of sources that are named.
    public var received: UInt64 = 0
    /// Packets of anybody else, beyond the rate, or that are no notice.
    public var refused: UInt64 = 0
    public init() {}
  }

  private struct Source: Sendable {
    var range: AddressRange
    /// When its next packet is due by the rate.
    var due = Duration.zero
  }

  private var sources: [Source]
  public private(set) var counters = Counters()

  public init(sources: [AddressRange]) { self.sources = sources.map { Source(range: $0) } }

  /// Names other sources.
  public mutating func replaceSources(_ ranges: [AddressRange]) { sources = ranges.map { Source(range: $0) } }

  /// Whether a connection from this address is worth taking.
  public mutating func admits(_ address: IPAddress) -> Bool {
    if sources.contains(where: { $0.range.contains(address) }) { return true }
    counters.refused += 1
    return false
  }

  /// Takes a packet. That of a stranger is not even read.
  public mutating func receive(
    _ packet: UnsafeRawBufferPointer, from address: IPAddress, at now: Duration
  ) -> Verdict {
    guard let index = sources.firstIndex(where: { $0.range.contains(address) }), take(index, at: now),
      let request = NoticeRequest(packet)
    else {
      counters.refused += 1
      return .ignored
    }
    switch request.content {
    case .notice(let zone):
      counters.received += 1
      return .notice(request, of: zone)
    case .refused(let code):
      counters.refused += 1
      return .refused(request, code)
    }
  }

  private mutating func take(_ index: Int, at now: Duration) -> Bool {
    let pause = Duration.seconds(1) / Self.rate
    guard sources[index].due <= now + pause * Self.burst else { return false }
    sources[index].due = max(sources[index].due, now) + pause
    return true
  }
}
