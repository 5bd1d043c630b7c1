package com.ecommerce.user.server.tls;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.server.tls.TlsFiles.Contents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads the TLS files when they change. Once started, it reads them every second, so it does not
 * matter how they are replaced, and passes new valid credentials to their users. If new files are
 * invalid, the previous credentials stay in use and one warning is logged. Another warning is
 * logged when the certificate in use expires soon, and when it has expired. The caller closes it.
 * Thread-safe.
 */
public final class ReloadingTls implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReloadingTls.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /**
   * A certificate should be replaced before the last part of its lifetime begins. This is the
   * divisor that determines that part: a tenth.
   */
  private static final int LAST_PART = 10;

  private static final Duration LAST_DAYS = Duration.ofDays(7);

  private final TlsFiles files;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final List<Consumer<TlsCredentials>> users = new CopyOnWriteArrayList<>();
  private TlsCredentials material;

  /** The contents that were last validated, successfully or not. */
  private Contents judged;

  /** The contents that were last read. */
  private Contents seen;

  /** The validity of the certificate in use, as it was last logged. */
  private Dates said = Dates.GOOD;

  private enum Dates {
    GOOD,
    NOT_YET,
    SOON_OVER,
    OVER
  }

  private ReloadingTls(TlsFiles files, Clock clock) throws InvalidTlsFileException {
    this.files = files;
    this.clock = clock;
    judged = files.read();
    seen = judged;
    material = files.load(judged);
    timer = DaemonThreads.timer("tls-files");
  }

  /**
   * Reads the files.
   *
   * @param clock determines whether a certificate has expired
   * @throws InvalidTlsFileException when they are invalid
   */
  public static ReloadingTls open(TlsFiles files, Clock clock) throws InvalidTlsFileException {
    var live = new ReloadingTls(files, clock);
    live.warnOfDates();
    return live;
  }

  /**
   * Passes the credentials to a user now, and again each time that they change. The user must not
   * block.
   */
  public synchronized void use(Consumer<TlsCredentials> user) {
    users.add(user);
    user.accept(material);
  }

  /** Starts to read the files every second. */
  public void start() {
    timer.scheduleWithFixedDelay(
        this::check, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Uses new contents once they are read twice in a row. Contents that are only partly written, or
   * of which only one file has been replaced, will have changed by the second time.
   */
  synchronized void check() {
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
      // An exception would end the periodic task.
      log.error("The TLS files could not be checked", failed);
    }
  }

  private void takeUp(Contents found) {
    try {
      material = files.load(found);
      said = Dates.GOOD;
      users.forEach(user -> user.accept(material));
      log.info(
          "New TLS files are in use; the certificate is valid until {}",
          material.certificate().getNotAfter().toInstant());
    } catch (InvalidTlsFileException invalid) {
      log.warn("New TLS files are invalid, and the old ones stay in use: {}", invalid.getMessage());
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
          log.warn(
              "{}: the certificate is not valid before {}", TlsFiles.CERTIFICATE_SETTING, begin);
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
