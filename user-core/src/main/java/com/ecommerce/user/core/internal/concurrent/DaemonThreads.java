package com.ecommerce.user.core.internal.concurrent;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes daemon threads, which do not keep a process alive, and pools of them. Stateless. */
public final class DaemonThreads {
  private static final int IDLE_SECONDS = 30;

  private DaemonThreads() {}

  /** Returns a factory of threads with this name and a number, such as {@code purge-1}. */
  public static ThreadFactory named(String name) {
    var count = new AtomicInteger();
    return work -> {
      var thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Returns an executor with a thread for each task, of which there must be few. */
  public static Executor forEach(String name) {
    var threads = named(name);
    return work -> threads.newThread(work).start();
  }

  /** Returns a timer with one thread. */
  public static ScheduledThreadPoolExecutor timer(String name) {
    return new ScheduledThreadPoolExecutor(1, named(name));
  }

  /**
   * Returns a pool whose work waits in the queue while all threads are busy. A thread ends when it
   * has been idle for 30 seconds.
   *
   * @param size the number of threads
   * @param queue limits the work that may wait; the pool refuses more
   */
  public static ThreadPoolExecutor pool(String name, int size, BlockingQueue<Runnable> queue) {
    var pool =
        new ThreadPoolExecutor(size, size, IDLE_SECONDS, TimeUnit.SECONDS, queue, named(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Returns a pool that refuses work while all threads are busy. A thread ends when it has been
   * idle for 30 seconds.
   *
   * @param size the maximum number of threads
   */
  public static ThreadPoolExecutor poolWithoutQueue(String name, int size) {
    return new ThreadPoolExecutor(
        0, size, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named(name));
  }

  /** Waits for running tasks to finish within the time, then interrupts them. */
  public static void stop(ExecutorService threads, Duration timeout) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
