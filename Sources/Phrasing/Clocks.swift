// How clocks are told: when receivers fail, when they see a repair, until when a cache answers otherwise.

public import Model

extension Diagnosis.Timeline {
  /// What it means to receivers, a sentence a clock. A beginning that is known as an interval is told with both ends.
  ///
  /// - Parameters:
  ///   - now: what lies before it is told as past.
  ///   - time: how a time is written.
  public func sentences(at now: Timestamp, time: (Timestamp) -> String) -> [String] {
    var sentences: [String] = []
    let beginning: String? =
      switch (failingFromEarliest, failingFrom) {
      case (let earliest?, let latest?): "Receivers began to fail between \(time(earliest)) and \(time(latest))"
      case (let earliest?, nil): "Receivers began to fail after \(time(earliest))"
      case (nil, let latest?): "Receivers began to fail at \(time(latest)) or before"
      case (nil, nil): nil
      }
    let everywhere = failingEverywhereFrom.map { end in
      end <= now
        ? "receivers have failed since \(time(end)) at the latest" : "receivers fail from \(time(end)) at the latest"
    }
    switch (beginning, everywhere) {
    case (let beginning?, let everywhere?): sentences.append("\(beginning); all \(everywhere).")
    case (let beginning?, nil): sentences.append("\(beginning).")
    case (nil, let everywhere?): sentences.append("All \(everywhere).")
    case (nil, nil): break
    }
    if let repairedEverywhereBy {
      let kept = seconds.map {
        ": caches keep a wrong answer for up to \(Phrase.duration(.seconds(Int64($0))))"
      }
      sentences.append("If it is fixed now, all receivers see that by \(time(repairedEverywhereBy))\(kept ?? "").")
    }
    return sentences
  }
}

extension CacheClock {
  /// One sentence.
  ///
  /// - Parameter time: how a time is written.
  public func sentence(time: (Timestamp) -> String) -> String {
    let place = server == view ? view : "\(view) (\(server))"
    if let firstUntil {
      return
        "\(place) gives a different answer than the source, and not from a cache: a cache entry would have expired at "
        + "\(time(firstUntil))."
    }
    return switch holding {
    case .key: "\(place) still has the key, until \(time(until))."
    case .oldText: "\(place) still has an older record, until \(time(until))."
    case .absence: "\(place) still answers that there is no key, until \(time(until))."
    }
  }
}
