// Random bits by the page: ids and letter cases must not be guessed, and must not cost a system call each.

import CLinux

/// The kernel's generator, read 512 bytes at a time.
struct BufferedRandom: RandomNumberGenerator {
  private var words = [UInt64](repeating: 0, count: 64)
  private var used = 64

  mutating func next() -> UInt64 {
    if used == words.count {
      let wanted = words.count * MemoryLayout<UInt64>.size
      let got = words.withUnsafeMutableBytes { getrandom($0.baseAddress, wanted, 0) }
      if got != wanted {
        var generator = SystemRandomNumberGenerator()
        for index in words.indices { words[index] = generator.next() }
      }
      used = 0
    }
    used += 1
    return words[used - 1]
  }
}
