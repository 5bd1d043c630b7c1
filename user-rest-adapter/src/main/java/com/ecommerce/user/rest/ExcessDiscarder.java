package com.ecommerce.user.rest;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Throws away what of a body is above the limit, instead of leaving it in the connection: a
 * connection that is closed with something unread is reset, and the client may never see the answer
 * that tells it why. Holds no thread.
 */
final class ExcessDiscarder extends Handler.Wrapper {
  /** Of a body that is larger still, the rest is not waited for. */
  private static final long MAX_DISCARDED = 16L * RestRequest.MAX_BODY;

  ExcessDiscarder(Handler next) {
    super(next);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(new Limited(request), response, callback);
  }

  /** Skips what comes after the first chunk that goes above the limit, up to the last one. */
  private static final class Limited extends Request.Wrapper {
    private long bytes;

    Limited(Request request) {
      super(request);
    }

    @Override
    public Content.Chunk read() {
      var chunk = super.read();
      while (isExcess(chunk)) {
        bytes += chunk.remaining();
        chunk.release();
        if (bytes > MAX_DISCARDED) {
          return Content.Chunk.EOF;
        }
        chunk = super.read();
      }
      if (chunk != null) {
        bytes += chunk.remaining();
      }
      return chunk;
    }

    private boolean isExcess(Content.Chunk chunk) {
      return bytes > RestRequest.MAX_BODY
          && chunk != null
          && !chunk.isLast()
          && !Content.Chunk.isFailure(chunk);
    }
  }
}
