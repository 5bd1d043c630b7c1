package com.ecommerce.user.server.tls;

import com.ecommerce.user.server.tls.TlsFiles.Contents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate and the authorities as the files have them now: once started it looks at what
 * they hold every second, however they are replaced, and hands over what is new and good. While
 * they are not good, what was good stays in use, and one line tells what is wrong; one more tells
 * that the certificate in use expires soon, and one that it has. Thread-safe; whoever starts it
 * closes it.
 */
public final class ReloadingTls implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReloadingTls.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** The last part of a certificate's life, in which it should have been replaced. */
  private static final int LAST_PART = 10;

  private static final Duration LAST_DAYS = Duration.ofDays(7);

  private final TlsFiles files;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final List<Consumer<TlsCredentials>> users = new CopyOnWriteArrayList<>();
  private TlsCredentials material;

  /** The contents that were last judged, good or not. */
  private Contents judged;

  /** The contents that the last look found. */
  private Contents seen;

  /** The state of the dates of the certificate in use, as it was last logged. */
  private Dates said = Dates.GOOD;

  private enum Dates {
    GOOD,
    NOT_YET,
    SOON_OVER,
    OVER
  }

  private ReloadingTls(TlsFiles files, Clock clock, ThreadFactory threads)
      throws InvalidTlsFileException {
    this.files = files;
    this.clock = clock;
    judged = files.read();
    seen = judged;
    material = files.load(judged);
    timer = Executors.newSingleThreadScheduledExecutor(threads);
  }

  /**
   * Reads the files.
   *
   * @param clock tells what is expired
   * @param threads makes the one thread that looks again
   * @throws InvalidTlsFileException when they are not good now
   */
  public static ReloadingTls open(TlsFiles files, Clock clock, ThreadFactory threads)
      throws InvalidTlsFileException {
    var live = new ReloadingTls(files, clock, threads);
    live.warnOfDates();
    return live;
  }

  /** Gets the material now, and each time that there is another. Must not block. */
  public synchronized void use(Consumer<TlsCredentials> user) {
    users.add(user);
    user.accept(material);
  }

  /** Looks again every second from now on. */
  public void start() {
    timer.scheduleWithFixedDelay(
        this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes up what is new. Something new counts when it is found twice in a row: what is half
   * written, or of which only one file is there yet, is another thing a moment later.
   */
  synchronized void look() {
    try {
      var found = files.read();
      boolean settled = found.equals(seen);
      seen = found;
      if (settled && !found.equals(judged)) {
        judged = found;
        takeUp(found);
      }
      warnOfDates();
    } catch (RuntimeException | Error failed) {
      // Thrown, it would be the last look.
      log.error("A look at the TLS files failed", failed);
    }
  }

  private void takeUp(Contents found) {
    try {
      material = files.load(found);
      said = Dates.GOOD;
      users.forEach(user -> user.accept(material));
      log.info(
          "New TLS files are in use; the certificate is good until {}",
          material.certificate().getNotAfter().toInstant());
    } catch (InvalidTlsFileException invalid) {
      log.warn("New TLS files are not used, the old ones stay: {}", invalid.getMessage());
    }
  }

  private void warnOfDates() {
    Instant begin = material.certificate().getNotBefore().toInstant();
    Instant end = material.certificate().getNotAfter().toInstant();
    var dates = dates(begin, end);
    if (dates == said) {
      return;
    }
    said = dates;
    switch (dates) {
      case NOT_YET ->
          log.warn("{}: the certificate is good from {} only", TlsFiles.CERTIFICATE_SETTING, begin);
      case SOON_OVER ->
          log.warn("{}: the certificate expires at {}", TlsFiles.CERTIFICATE_SETTING, end);
      case OVER -> log.warn("{}: the certificate expired at {}", TlsFiles.CERTIFICATE_SETTING, end);
      case GOOD -> {}
    }
  }

  private Dates dates(Instant begin, Instant end) {
    Instant now = clock.instant();
    if (end.isBefore(now)) {
      return Dates.OVER;
    }
    if (begin.isAfter(now)) {
      return Dates.NOT_YET;
    }
    var lastPart = Duration.between(begin, end).dividedBy(LAST_PART);
    var soon = end.minus(lastPart.compareTo(LAST_DAYS) < 0 ? lastPart : LAST_DAYS);
    return soon.isBefore(now) ? Dates.SOON_OVER : Dates.GOOD;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
