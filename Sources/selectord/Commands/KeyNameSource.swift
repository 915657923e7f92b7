// Where `check` takes its key names from, one after the other.

import Config
import Dispatch
import Foundation
import Model

/// Key names of the command line or of a list, with what could not be read.
struct KeyNameSource: AsyncSequence {
  enum Entry: Hashable, Sendable {
    case key(KeyName)
    /// `place` is empty or ends with a colon and a blank.
    case bad(place: String, message: String)
  }

  private let stream: AsyncStream<Entry>
  private let room: DispatchSemaphore?
  /// How far a list is read ahead.
  private static let readAhead = 1000

  /// Names that are known.
  init(_ names: [Result<KeyName, KeyNameLineError>]) {
    room = nil
    stream = AsyncStream { continuation in
      for name in names {
        switch name {
        case .success(let key): continuation.yield(.key(key))
        case .failure(let error): continuation.yield(.bad(place: "", message: error.description))
        }
      }
      continuation.finish()
    }
  }

  /// The names of a list; `-` is standard input.
  ///
  /// A thread of its own reads, for reading blocks; it waits where the reader of the stream falls behind.
  init(list path: String) {
    // A semaphore must not end below the value that it began with.
    let room = DispatchSemaphore(value: 0)
    for _ in 0..<Self.readAhead { room.signal() }
    self.room = room
    let (stream, continuation) = AsyncStream.makeStream(of: Entry.self)
    self.stream = stream
    Thread.detachNewThread {
      let place = path == "-" ? "standard input" : path
      do throws(KeyNameListError) {
        try KeyNameList.read(path: path) { line, entry in
          room.wait()
          let next: Entry =
            switch entry {
            case .success(let listed): .key(listed.key)
            case .failure(let error): .bad(place: "\(place):\(line): ", message: error.description)
            }
          if case .terminated = continuation.yield(next) { return false }
          return true
        }
      } catch {
        // What was read before counts all the same.
        continuation.yield(.bad(place: "", message: "cannot read \(place): \(error.description)"))
      }
      continuation.finish()
    }
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var base: AsyncStream<Entry>.AsyncIterator
    fileprivate let room: DispatchSemaphore?

    mutating func next() async -> Entry? {
      let entry = await base.next()
      room?.signal()
      return entry
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: stream.makeAsyncIterator(), room: room) }
}
