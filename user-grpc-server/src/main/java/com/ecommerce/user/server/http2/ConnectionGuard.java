package com.ecommerce.user.server.http2;

import com.ecommerce.user.server.grpc.StatusMapper;
import com.ecommerce.user.server.intercept.CallTransport;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Filters a connection's frames before gRPC sees them, and ends the calls that gRPC would reset.
 * Such a call gets a status with details, its stream is closed immediately, and the connection
 * stays open. Confined to the connection's event loop.
 */
final class ConnectionGuard extends Http2FrameListenerDecorator implements CallTransport {
  private static final HeaderCheck.Fault MALFORMED_HEADERS =
      new HeaderCheck.Fault(
          HttpResponseStatus.OK,
          Status.INVALID_ARGUMENT.withDescription(
              "malformed metadata (expected: names in lower case, -bin values in base64)"));

  private static final HeaderCheck.Fault MALFORMED_FRAMES =
      new HeaderCheck.Fault(
          HttpResponseStatus.OK,
          Status.INVALID_ARGUMENT.withDescription(
              "malformed frames (expected: one whole message, as gRPC over HTTP/2 defines it)"));

  private static final int NONE = 0;

  private final Http2ConnectionHandler handler;
  private final CallGuards guards;
  private ChannelHandlerContext context;
  private int beginningStream;
  private int resetByClient = NONE;

  /**
   * @param next receives the frames that are well formed
   */
  ConnectionGuard(Http2ConnectionHandler handler, Http2FrameListener next, CallGuards guards) {
    super(next);
    this.handler = handler;
    this.guards = guards;
  }

  /** Called for the first frame of a connection, when gRPC creates the attributes of its calls. */
  @Override
  public void onSettingsRead(ChannelHandlerContext grpc, Http2Settings settings)
      throws Http2Exception {
    if (context == null) {
      context = grpc;
      grpc.pipeline().addBefore(grpc.name(), null, new ResetFilter(this));
    }
    guards.opening(this, () -> super.onSettingsRead(grpc, settings));
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext grpc,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream)
      throws Http2Exception {
    if (streamId <= beginningStream) {
      // gRPC requests have no trailers. The call ends like other violations of HTTP/2.
      throw Http2Exception.streamError(
          streamId, Http2Error.PROTOCOL_ERROR, "trailers in a request");
    }
    var fault = HeaderCheck.fault(headers);
    if (fault != null) {
      refuse(streamId, fault);
      return;
    }
    beginningStream = streamId;
    try {
      super.onHeadersRead(
          grpc, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
    } catch (Http2Exception malformed) {
      if (!Http2Exception.isStreamError(malformed)) {
        throw malformed;
      }
      refuse(streamId, MALFORMED_HEADERS);
    }
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext grpc, int streamId, long errorCode)
      throws Http2Exception {
    resetByClient = streamId;
    try {
      super.onRstStreamRead(grpc, streamId, errorCode);
    } finally {
      resetByClient = NONE;
    }
  }

  /**
   * Ends a call whose headers the HTTP/2 codec could not read, and which therefore has no stream
   * yet.
   */
  private void refuseUnreadable(int streamId) {
    try {
      connection().remote().createStream(streamId, true);
    } catch (Http2Exception tooMany) {
      handler.onError(context, false, tooMany);
      return;
    }
    refuse(streamId, MALFORMED_HEADERS);
  }

  private void refuse(int streamId, HeaderCheck.Fault fault) {
    var detailed = StatusMapper.withDetails(fault.status());
    var trailers = detailed.getTrailers();
    guards.refused(context.channel(), detailed.getStatus(), trailers);
    var headers = StatusHeaders.only(fault.http(), detailed.getStatus(), trailers);
    if (fault.http().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      headers.set(HttpHeaderNames.ALLOW, HeaderCheck.POST);
    }
    end(streamId, headers);
  }

  @Override
  public int beginningStream() {
    return beginningStream;
  }

  @Override
  public Status cancellation(int stream) {
    if (stream == resetByClient || !context.channel().isActive()) {
      return Status.CANCELLED;
    }
    var deadline = Context.current().getDeadline();
    if (deadline != null && deadline.isExpired()) {
      return Status.DEADLINE_EXCEEDED;
    }
    return connection().goAwaySent()
        ? Status.UNKNOWN.withCause(StatusMapper.shuttingDown())
        : MALFORMED_FRAMES.status();
  }

  @Override
  public boolean close(int streamId, Status status, Metadata trailers) {
    Http2Stream stream = connection().stream(streamId);
    if (stream == null || !mayEnd(stream)) {
      return false;
    }
    end(
        streamId,
        stream.isHeadersSent()
            ? StatusHeaders.trailing(status, trailers)
            : StatusHeaders.only(HttpResponseStatus.OK, status, trailers));
    return true;
  }

  /**
   * Returns whether the stream may be ended. A message that gRPC has begun to send must not be cut
   * off.
   */
  private boolean mayEnd(Http2Stream stream) {
    return stream.state().localSideOpen()
        && !stream.isResetSent()
        && !handler.encoder().flowController().hasFlowControlled(stream);
  }

  /**
   * Sends the last headers of a stream and closes it, so that later frames from either side are
   * ignored. If the client has not finished sending, it is asked to stop (RFC 9113, section 8.1).
   */
  private void end(int streamId, Http2Headers headers) {
    Http2Stream stream = connection().stream(streamId);
    boolean isClientDone = !stream.state().remoteSideOpen();
    var encoder = handler.encoder();
    encoder.writeHeaders(context, streamId, headers, 0, true, context.newPromise());
    if (!isClientDone) {
      encoder
          .frameWriter()
          .writeRstStream(context, streamId, Http2Error.NO_ERROR.code(), context.newPromise());
    }
    handler.closeStream(stream, context.newSucceededFuture());
    context.flush();
  }

  /**
   * Replaces a reset that the codec is about to send.
   *
   * @return false if the reset must be sent to the client
   */
  boolean replaceReset(int streamId, Http2Error error) {
    var connection = connection();
    var stream = connection.stream(streamId);
    if (stream != null) {
      boolean hasStatus = error != Http2Error.CANCEL && mayBegin(stream);
      if (hasStatus) {
        refuse(streamId, streamId > beginningStream ? MALFORMED_HEADERS : MALFORMED_FRAMES);
      }
      return hasStatus;
    }
    if (connection.streamMayHaveExisted(streamId)) {
      // The stream has ended on both sides, so there is nothing to send.
      return true;
    }
    if (connection.goAwaySent() || !connection.remote().isValidStreamId(streamId)) {
      return false;
    }
    refuseUnreadable(streamId);
    return true;
  }

  private boolean mayBegin(Http2Stream stream) {
    return stream.state().localSideOpen() && !stream.isHeadersSent();
  }

  private Http2Connection connection() {
    return handler.connection();
  }
}
