package com.ecommerce.user.server.webhook;

import com.ecommerce.user.server.webhook.AddressRules.HostLookup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Limits the time of lookups, which the JDK does not, by running them on other threads. A host is
 * looked up once at a time, for all callers that ask meanwhile, so a host whose name servers do not
 * answer occupies one thread. Thread-safe.
 */
final class HostLookups implements HostLookup {
  private final HostLookup lookup;
  private final Duration timeout;
  private final Executor threads;
  private final Map<String, CompletableFuture<InetAddress[]>> running = new ConcurrentHashMap<>();

  /** Thrown if a lookup takes too long. */
  static final class LookupTimeoutException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    LookupTimeoutException(String host) {
      super("the lookup of " + host + " took too long");
    }
  }

  /**
   * @param threads runs each task on a thread of its own, and may refuse tasks
   */
  HostLookups(HostLookup lookup, Duration timeout, Executor threads) {
    this.lookup = lookup;
    this.timeout = timeout;
    this.threads = threads;
  }

  /**
   * {@inheritDoc}
   *
   * @throws LookupTimeoutException if the time is up, or if there are too many other lookups
   */
  @Override
  public InetAddress[] addresses(String host) throws UnknownHostException {
    try {
      return running
          .computeIfAbsent(host, this::start)
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RejectedExecutionException late) {
      throw new LookupTimeoutException(host);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new LookupTimeoutException(host);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  private CompletableFuture<InetAddress[]> start(String host) {
    var result = new CompletableFuture<InetAddress[]>();
    threads.execute(
        () -> {
          try {
            result.complete(lookup.addresses(host));
          } catch (UnknownHostException | RuntimeException | Error failed) {
            result.completeExceptionally(failed);
          } finally {
            running.remove(host, result);
          }
        });
    return result;
  }
}
