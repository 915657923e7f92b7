// How `check`, `discover` and `queue` put keys to DNS: one way for all.

import Config
import Daemon
import Diagnosing
import Model
import Probing

extension KeyCheck {
  /// A check that asks by `prober`, expects what the configuration does, and shows its progress.
  ///
  /// - Parameters:
  ///   - heedsWatchedViews: whether a key that is watched is asked for in the views of its watch only.
  ///   - explainsAll: whether the cause of every key that is not ok is looked for.
  init(
    asking prober: Prober, configuration: Configuration?, history: KnownHistory, progress: Progress,
    heedsWatchedViews: Bool, explainsAll: Bool = false, comparesLongLists: Bool = false
  ) {
    let watches = Dictionary(
      (configuration?.watches ?? []).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let investigation = Investigation(prober: prober)
    self.init(
      watches: watches, heedsWatchedViews: heedsWatchedViews,
      explain: { look in
        let input = await history.input(of: look)
        return await investigation.finish(DiagnosisMachine(input)).diagnosis
      }, explainsAll: explainsAll, comparesLongLists: comparesLongLists
    ) { requests, done in
      let looks = await prober.look(at: requests) { _, _ in
        progress.advance()
        done()
      }
      // Nothing is swept here, and a list may be longer than memory.
      prober.forget(except: [])
      return looks
    }
  }
}
