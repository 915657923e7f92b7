// Quiet watches: of them the machine holds an outline, and has the rest read before it takes in a look.

package import Model
internal import Tables

/// A quiet watch whose memory has to be read.
package struct QuietWatch: Hashable, Sendable {
  package var key: KeyName
  /// Tells whether it is still quiet as it was.
  var stamp: UInt32
}

extension MonitoringMachine {
  /// The quiet watches whose memory a look at this one needs: to be read, and handed in by `recall` right before the look.
  package func quietWatches(behind key: KeyName) -> [QuietWatch] {
    guard known.quiet != nil else { return [] }
    // What is known of a rotation is kept with its new key.
    return quietWatches(among: [key, watches[key]?.rotation?.new].compactMap(\.self))
  }

  /// Those of these watches that are quiet.
  package func quietWatches(among keys: some Sequence<KeyName>) -> [QuietWatch] {
    keys.compactMap { key in known.quiet?.stamp(of: key).map { QuietWatch(key: key, stamp: $0) } }
  }

  /// Takes what was read of quiet watches. A memory that another change has overtaken is left out.
  package mutating func recall(_ memories: [(watch: QuietWatch, memory: WatchMemory)]) {
    for (watch, memory) in memories {
      known.recall(memory, of: watch.key, stamp: watch.stamp)
      stirred.insert(watch.key)
    }
  }

  /// Lets go of the watches that have stirred and are quiet again, unless something of them is under way.
  mutating func settleDown() {
    guard known.quiet != nil, !stirred.isEmpty else { return }
    let busy = keysUnderWay
    let still = stirred.filter { !busy.contains($0) && watches[$0]?.rotation == nil }
    known.letGo(still)
    stirred.subtract(still)
  }
}

extension MonitoringMachine {
  /// The memories of all watches, those without texts that many quiet watches share counted together, and so those of which nothing
  /// is known yet.
  package var tally: [(memory: WatchMemory, count: Int)] {
    known.tally + [(WatchMemory(), max(0, watches.count - known.count))]
  }
}
