// Many pieces of work, a few at a time.

/// Maps concurrently, with at most `limit` pieces under way; the results are in the order of the items.
func boundedMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], limit: Int, _ work: @escaping @Sendable (Item) async -> Result
) async -> [Result] {
  if items.count == 1 { return [await work(items[0])] }
  return await withTaskGroup(of: (Int, Result).self) { group in
    var results = [Result?](repeating: nil, count: items.count)
    for (index, item) in items.enumerated() {
      if index >= limit, let (done, result) = await group.next() { results[done] = result }
      group.addTask { (index, await work(item)) }
    }
    for await (done, result) in group { results[done] = result }
    return results.compactMap { $0 }
  }
}
