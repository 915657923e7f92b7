// fuzz: Model DNS
// Any bytes at all: the decoder refuses or decodes them, and what has a digest as a packet has the same as an answer.
// As a notice they are answered by no more than came.

import DNS
import Model

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  var digester = PacketDigester()
  let digest = digester.digest(of: bytes)
  var marks = ZoneMarkReader()
  _ = marks.mark(of: bytes)
  if let request = NoticeRequest(bytes) { precondition(request.response(.noError).count <= bytes.count) }
  guard let message = try? MessageDecoder.decode(bytes) else {
    precondition(digest == nil, "the packet has a digest, but does not decode")
    return 0
  }
  let question = message.question ?? Question(.root, .txt)
  let answer = Answer(replyTo: question, message: message)
  precondition(digest == nil || digest == answer.digest, "the packet's digest is not the answer's")
  precondition(answer.outcome == .records || answer.records.isEmpty)
  for record in answer.records { precondition(!record.zoneFileText.isEmpty) }
  return 0
}
