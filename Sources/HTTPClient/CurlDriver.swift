// The loop of the curl thread: commands in, finished transfers out.

internal import CCurl
internal import Synchronization

/// Owns the multi handle. All but `curl_multi_wakeup` happens on the one thread that calls `run`.
final class CurlDriver: @unchecked Sendable {
  private let multi: OpaquePointer
  private let queue: CommandQueue
  private var transfers: [UInt64: CurlTransfer] = [:]
  private var isStopping = false

  init?(queue: CommandQueue) {
    guard let multi = curl_multi_init() else { return nil }
    self.multi = OpaquePointer(multi)
    self.queue = queue
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
    let handle = WakeHandle(pointer: multi)
    queue.open { _ = curl_multi_wakeup(handle.pointer) }
  }

  /// Drives transfers until it is told to stop.
  func run() {
    let multi = UnsafeMutableRawPointer(multi)
    while !isStopping {
      queue.take().forEach(carryOut)
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      finishTransfers()
      if isStopping { break }
      curl_multi_poll(multi, nil, 0, 10_000, nil)
    }
    queue.close().forEach(carryOut)
    for id in Array(transfers.keys) { end(id, .failure(.stopped)) }
    curl_multi_cleanup(multi)
  }

  private func carryOut(_ command: CommandQueue.Command) {
    switch command {
    case .start(let id, let job, let completion):
      guard !isStopping else { return completion.resume(returning: .failure(.stopped)) }
      do {
        let transfer = try CurlTransfer(id: id, job: job, completion: completion)
        transfers[id] = transfer
        curl_multi_add_handle(UnsafeMutableRawPointer(multi), transfer.handle)
      } catch {
        completion.resume(returning: .failure(error))
      }
    case .cancel(let id): end(id, .failure(.cancelled))
    case .stop: isStopping = true
    }
  }

  private func finishTransfers() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(UnsafeMutableRawPointer(multi), &left) {
      var result = CURLE_OK
      guard ccurl_message_result(message, &result) == 1,
        let transfer = transfers.values.first(where: { $0.handle == message.pointee.easy_handle })
      else { continue }
      end(transfer.id, transfer.result(result))
    }
  }

  private func end(_ id: UInt64, _ result: Result<CurlResponse, HTTPError>) {
    guard let transfer = transfers.removeValue(forKey: id) else { return }
    curl_multi_remove_handle(UnsafeMutableRawPointer(multi), transfer.handle)
    transfer.completion.resume(returning: result)
  }
}

/// curl_multi_wakeup is the one function that may be called from any thread.
private struct WakeHandle: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
}
