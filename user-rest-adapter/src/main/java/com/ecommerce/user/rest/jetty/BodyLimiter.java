package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.rest.http.BodyRefusedException;
import com.ecommerce.user.rest.http.HttpRefusal;
import com.ecommerce.user.rest.http.RequestBody;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Limits the size, time and memory of bodies. A body is refused if it stalls for the idle time, is
 * not complete in time, or exceeds the budget. The part above the size limit is read and discarded:
 * if it stayed unread, closing the connection would reset it, and the client might never see the
 * response. Blocks no thread.
 */
public final class BodyLimiter extends Handler.Wrapper {
  /** The maximum number of bytes to discard. The rest of a larger body is not awaited. */
  private static final long MAX_DISCARDED = 16L * RequestBody.MAX_BYTES;

  /** The memory of a chunk in addition to its bytes. */
  private static final int BYTES_PER_CHUNK = 256;

  private final BodyBudget budget;
  private final RestLimits limits;
  private final TrustedProxies proxies;

  /**
   * @param proxies the proxies whose requests only count towards the total
   */
  public BodyLimiter(RestLimits limits, TrustedProxies proxies) {
    this.budget = new BodyBudget(limits.bodyBytes());
    this.limits = limits;
    this.proxies = proxies;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (hasUnknownTransferCoding(request)) {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
      Response.writeError(request, response, callback, HttpStatus.NOT_IMPLEMENTED_501);
      return true;
    }
    return super.handle(new Limited(request, response), response, callback);
  }

  /**
   * Returns whether there is a coding other than {@code chunked} (RFC 9112, section 6.1). If {@code
   * chunked} is not the last one, the parser has refused the request.
   */
  private static boolean hasUnknownTransferCoding(Request request) {
    return request.getHeaders().getCSV(HttpHeader.TRANSFER_ENCODING, false).stream()
        .anyMatch(coding -> !HttpHeaderValue.CHUNKED.is(coding));
  }

  /**
   * Returns whether the client waits for permission to send a body that would be refused (RFC 9110,
   * section 10.1.1).
   */
  private static boolean isBetterNotAskedFor(Request request) {
    return request.getLength() > RequestBody.MAX_BYTES
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
        && request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
  }

  /** Returns the memory of all bodies in bytes. */
  public long heldBytes() {
    return budget.held();
  }

  private BodyBudget.Share share(Request request) {
    if (request.getConnectionMetaData().getRemoteSocketAddress()
        instanceof InetSocketAddress peer) {
      InetAddress address = peer.getAddress();
      return budget.share(ClientNetwork.of(address), !proxies.contains(address));
    }
    return budget.share(ClientNetwork.LOCAL, false);
  }

  private final class Limited extends Request.Wrapper {
    /** The task to run when there is more to read. The thread that runs it removes it. */
    private final AtomicReference<Runnable> waiting = new AtomicReference<>();

    private final Response response;
    private long bytes;
    private BodyBudget.Share share;
    private Scheduler.Task timer;

    /** The reason why the body is discarded; null while it is kept. */
    private RuntimeException refusal;

    private volatile Content.Chunk failure;

    Limited(Request request, Response response) {
      super(request);
      this.response = response;
    }

    @Override
    public Content.Chunk read() {
      if (failure != null) {
        return failure;
      }
      if (bytes == 0 && isBetterNotAskedFor(this)) {
        return fail(RequestBody.tooLarge());
      }
      var chunk = readKept();
      if (Content.Chunk.isFailure(chunk)) {
        // A failure that is not the last one would make Jetty retry each time the idle time passes.
        failure = Content.Chunk.from(chunk.getFailure(), true);
        return failure;
      }
      if (refusal != null && chunk != null) {
        chunk.release();
        return fail(refusal);
      }
      return chunk == null || !chunk.hasRemaining() ? chunk : kept(chunk);
    }

    /**
     * Discards the chunks after the first one that exceeds a limit, up to the last one. If unread
     * data were left when the connection is closed, TCP could drop the response.
     */
    private Content.Chunk readKept() {
      var chunk = super.read();
      while (isDiscarded(chunk)) {
        bytes += chunk.remaining();
        chunk.release();
        if (bytes > MAX_DISCARDED) {
          announceClose();
          return Content.Chunk.EOF;
        }
        chunk = super.read();
      }
      return chunk;
    }

    private boolean isDiscarded(Content.Chunk chunk) {
      return (refusal != null || bytes > RequestBody.MAX_BYTES)
          && chunk != null
          && !chunk.isLast()
          && !Content.Chunk.isFailure(chunk);
    }

    private void announceClose() {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    }

    /**
     * Copies a chunk, since even a single byte would keep the whole network buffer that contains
     * it.
     */
    private Content.Chunk kept(Content.Chunk chunk) {
      int length = chunk.remaining();
      bytes += length;
      if (share == null) {
        share = share(this);
        Request.addCompletionListener(this, ended -> end());
      }
      boolean isLast = chunk.isLast();
      if (!share.take(length + BYTES_PER_CHUNK)) {
        chunk.release();
        refusal = UserServiceException.busy();
        return isLast ? fail(refusal) : read();
      }
      byte[] copy = new byte[length];
      chunk.getByteBuffer().get(copy);
      chunk.release();
      return Content.Chunk.from(ByteBuffer.wrap(copy), isLast);
    }

    private Content.Chunk fail(RuntimeException reason) {
      failure = Content.Chunk.from(new BodyRefusedException(reason), true);
      return failure;
    }

    @Override
    public void demand(Runnable callback) {
      if (timer == null) {
        timer =
            getComponents()
                .getScheduler()
                .schedule(this::giveUp, limits.bodyTime().toMillis(), TimeUnit.MILLISECONDS);
        Request.addCompletionListener(this, ended -> timer.cancel());
      }
      waiting.set(callback);
      super.demand(this::proceed);
    }

    private void proceed() {
      var callback = waiting.getAndSet(null);
      if (callback != null) {
        callback.run();
      }
    }

    private void giveUp() {
      var callback = waiting.getAndSet(null);
      if (callback != null) {
        announceClose();
        fail(
            HttpRefusal.BODY_MALFORMED.because(
                "the body is incomplete (expected: all of it within "
                    + limits.bodyTime().toSeconds()
                    + " seconds)"));
        callback.run();
      }
    }

    private void end() {
      share.release();
    }
  }
}
