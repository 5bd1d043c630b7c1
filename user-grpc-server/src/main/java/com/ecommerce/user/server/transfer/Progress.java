package com.ecommerce.user.server.transfer;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Shows how far a command has come: at a terminal as a bar that is drawn anew, elsewhere as a line
 * every 10 seconds. Not thread-safe.
 */
public final class Progress {
  private static final Duration LINES = Duration.ofSeconds(10);
  private static final Duration BARS = Duration.ofMillis(200);
  private static final int WIDTH = 30;
  private static final int PERCENT = 100;

  private final String done;
  private final LongSupplier nanoTime;
  private final Consumer<String> shown;
  private final boolean isTerminal;
  private final long begun;
  private long next;

  private Progress(String done, LongSupplier nanoTime, Consumer<String> shown, boolean isTerminal) {
    this.done = done;
    this.nanoTime = nanoTime;
    this.shown = shown;
    this.isTerminal = isTerminal;
    begun = nanoTime.getAsLong();
    next = begun + pause();
  }

  /**
   * Shows a line every 10 seconds.
   *
   * @param done what was done to the users, such as {@code imported}
   * @param nanoTime as {@link System#nanoTime}
   */
  public static Progress lines(String done, LongSupplier nanoTime, Consumer<String> lines) {
    return new Progress(done, nanoTime, lines, false);
  }

  /**
   * Shows a bar.
   *
   * @param bars shows each text in the place of the last one
   */
  public static Progress bar(String done, LongSupplier nanoTime, Consumer<String> bars) {
    return new Progress(done, nanoTime, bars, true);
  }

  private long pause() {
    return (isTerminal ? BARS : LINES).toNanos();
  }

  /**
   * Shows the progress, unless it was shown a short time ago.
   *
   * @param users the number of users so far
   * @param part the part of the work that is done, from 0 to 1
   */
  void show(long users, double part) {
    long now = nanoTime.getAsLong();
    if (now - next >= 0) {
      next = now + pause();
      shown.accept(text(users, part, seconds(now)));
    }
  }

  /** Shows the end, with the time that the work took. */
  void end(long users) {
    double seconds = seconds(nanoTime.getAsLong());
    shown.accept(
        String.format(
            Locale.ROOT,
            "%s %,d users in %s (%,.0f/s)",
            done,
            users,
            duration(seconds),
            users / Math.max(seconds, 0.001)));
  }

  private double seconds(long now) {
    return (now - begun) / 1e9;
  }

  private String text(long users, double part, double seconds) {
    String left =
        part > 0 && seconds > 0 ? ", " + duration(seconds / part * (1 - part)) + " left" : "";
    int filled = (int) (part * WIDTH);
    String bar = isTerminal ? "[" + "=".repeat(filled) + " ".repeat(WIDTH - filled) + "] " : "";
    return String.format(
        Locale.ROOT,
        "%s%.0f %%, %s %,d users, %,.0f/s%s",
        bar,
        part * PERCENT,
        done,
        users,
        users / Math.max(seconds, 0.001),
        left);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole / 60 % 60 + " min";
  }
}
