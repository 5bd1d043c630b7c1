package com.ecommerce.user.server;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates the server's thread pools. All of them are bounded, and reject tasks beyond their bound.
 */
final class Threads {
  private static final int CANCELLERS = 2;
  private static final int WAITING_CANCELLATIONS = 10_000;
  private static final int IDLE_SECONDS = 30;

  private Threads() {}

  /**
   * Returns the threads that stop the work of cancelled calls. They are separate from the workers,
   * which that work may occupy.
   */
  static ExecutorService cancellers() {
    return pool("canceller", CANCELLERS, WAITING_CANCELLATIONS);
  }

  /**
   * Returns the threads that answer scrapes and probes. They exist only while there are requests.
   *
   * @param most the number of requests that may be read concurrently
   */
  static ExecutorService metrics(int most) {
    return new ThreadPoolExecutor(
        0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("metrics"));
  }

  /** Returns an executor that starts a thread for each task, for few tasks. */
  static Executor eachOnItsOwn(String name) {
    return work -> daemons(name).newThread(work).start();
  }

  private static ExecutorService pool(String name, int size, int places) {
    var pool =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(places),
            daemons(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  static ThreadFactory daemons(String name) {
    var count = new AtomicInteger();
    return work -> {
      var thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
