// Ends connections that send without end, or read so slowly that an answer does not get through.

internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Closes a connection whose request is longer than any that is answered, and one on which nothing was sent for as long as
/// the idle handler before it allows: whoever sends a body by single bytes, or does not read, ends here.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  /// More than what a request may carry, so that who is a little above that reads why.
  private static let mostBytes = BodyRoom.message + 65_536
  private var bytes = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: bytes = 0
    case .body(let buffer): bytes += buffer.readableBytes
    case .end: break
    }
    if bytes > Self.mostBytes {
      context.close(promise: nil)
    } else {
      context.fireChannelRead(data)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}
