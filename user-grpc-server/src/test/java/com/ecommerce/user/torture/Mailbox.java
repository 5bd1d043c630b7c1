package com.ecommerce.user.torture;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Keeps the tokens of the latest links that were mailed, by recipient and path. Thread-safe. */
final class Mailbox implements Consumer<FakeSmtpServer.Delivery> {
  private final Map<String, String> tokens = new HashMap<>();

  @Override
  public synchronized void accept(FakeSmtpServer.Delivery delivery) {
    delivery.links().forEach((path, token) -> tokens.put(delivery.recipient() + path, token));
    notifyAll();
  }

  /** Returns the token of the last such link, once. */
  synchronized Optional<String> take(String recipient, String path) {
    return Optional.ofNullable(tokens.remove(recipient + path));
  }

  /** Waits for such a link, and returns its token once; empty if none comes in time. */
  synchronized Optional<String> await(String recipient, String path, long seconds)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long left = end - System.nanoTime();
    while (!tokens.containsKey(recipient + path) && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
    return take(recipient, path);
  }
}
