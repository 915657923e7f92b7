// Repairs of tags: names, repeats, the version.

internal import Model
internal import Syntax

let tagRepairs: [KeyRepairRow] = [
  .tags("tag-names", "the names of the tags are corrected") { tags in
    var isChanged = false
    for index in tags.tags.indices {
      guard let name = tags.tags[index].name, TagName(name[...]) == nil, let last = name.last else { continue }
      // `P`, `mail key k`, `_v`: the letter alone, where it stands alone.
      let isAlone = name.count == 1 || !(name[name.count - 2].isLetter || name[name.count - 2].isDigit)
      guard isAlone, TagName(rawValue: last.lowered) != nil else { continue }
      tags.tags[index].name = [last.lowered]
      isChanged = true
    }
    return isChanged
  },
  .tags("key-tag-renamed", "the key is moved to p=") { tags in
    // `pub=`, `key=`: what is long enough for a key and has a name that receivers do not know.
    let unknown = tags.tags.indices.filter { index in
      tags.tags[index].name.map { TagName($0[...]) == nil } ?? false && tags.tags[index].value.count >= 40
    }
    guard tags.value(.p) == nil, unknown.count == 1, let index = unknown.first else { return false }
    tags.tags[index].name = [TagName.p.rawValue]
    return true
  },
  .tags("empty-tags", "the extra semicolons are removed") { tags in
    let count = tags.tags.count
    tags.tags.removeAll { $0.name == nil && $0.value.isEmpty }
    return tags.tags.count < count
  },
  .tags("strays", "what is not a tag is removed") { tags in
    let count = tags.tags.count
    tags.tags.removeAll { tag in
      guard let name = tag.name else { return !tag.value.isEmpty }
      return !isTagName(name[...])
    }
    return tags.tags.count < count
  },
  .texts("repeated-tags", "each tag is kept once") { text in
    let tags = TagText(text)
    let names = tags.tags.compactMap(\.name)
    guard Set(names).count < names.count else { return [] }
    // Which of two values is meant, the key itself says.
    return [tags.keepingOne(last: false), tags.keepingOne(last: true)].map(\.text)
  },
  .tags("version", "the record begins with v=DKIM1") { tags in
    guard tags.value(.p) != nil else { return false }
    let isRight = tags.tags.first?.isNamed(.v) == true && tags.value(.v)?.matches("DKIM1") == true
    guard !isRight else { return false }
    tags.remove(.v)
    tags.set(.v, to: Array("DKIM1".utf8))
    return true
  },
]

extension TagText {
  /// The first tag of each name, or the last one; empty ones only where there is no other.
  fileprivate func keepingOne(last: Bool) -> TagText {
    var result = self
    result.tags = []
    for tag in last ? tags.reversed() : tags {
      guard let index = result.tags.firstIndex(where: { $0.name == tag.name }) else {
        result.tags.append(tag)
        continue
      }
      if result.tags[index].value.isEmpty { result.tags[index].value = tag.value }
    }
    if last { result.tags.reverse() }
    return result
  }
}
