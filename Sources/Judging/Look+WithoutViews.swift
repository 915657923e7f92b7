// Leaves out views that are down, so that our own link is not taken for the zone's fault.

public import Model

extension Look {
  /// The same look without what the named views said.
  public func without(views down: Set<String>) -> Look {
    Look(key: key, at: at, views: views.filter { !down.contains($0.view) })
  }
}
