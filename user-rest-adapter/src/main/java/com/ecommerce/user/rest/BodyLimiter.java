package com.ecommerce.user.rest;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sees to it that every body ends. What is above the limit is thrown away rather than left in the
 * connection, which would be reset when it is closed, so that the client might never see why. What
 * stalls for the idle time is given up. Holds no thread.
 */
final class BodyLimiter extends Handler.Wrapper {
  /** Of a body that is larger still, the rest is not waited for. */
  private static final long MAX_DISCARDED = 16L * RestRequest.MAX_BODY;

  BodyLimiter(Handler next) {
    super(next);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(new Limited(request), response, callback);
  }

  private static final class Limited extends Request.Wrapper {
    private long bytes;
    private Content.Chunk failure;

    Limited(Request request) {
      super(request);
    }

    /** Skips what comes after the first chunk that goes above the limit, up to the last one. */
    @Override
    public Content.Chunk read() {
      if (failure != null) {
        return failure;
      }
      var chunk = super.read();
      while (isExcess(chunk)) {
        bytes += chunk.remaining();
        chunk.release();
        if (bytes > MAX_DISCARDED) {
          return Content.Chunk.EOF;
        }
        chunk = super.read();
      }
      if (Content.Chunk.isFailure(chunk)) {
        // Jetty would have it tried again, as often as the idle time passes.
        failure = Content.Chunk.from(chunk.getFailure(), true);
        return failure;
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
