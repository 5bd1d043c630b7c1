package com.ecommerce.user.server.tls;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestAuthority;
import com.ecommerce.user.server.testing.TestAuthority.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the checks of the files, which the test makes itself instead of the timer. */
class ReloadingTlsTest {
  @TempDir private Path directory;

  private final TestAuthority authority = new TestAuthority("Test");
  private final Identity first = authority.server();
  private final Identity second = authority.server();
  private final List<TlsCredentials> handedOver = new ArrayList<>();
  private final CapturedLog log = new CapturedLog();
  private Path certificate;
  private Path key;
  private ReloadingTls live;

  @BeforeEach
  void open() throws Exception {
    certificate = directory.resolve("cert.pem");
    key = directory.resolve("key.pem");
    first.write(certificate, key);
    open(new TlsFiles(certificate, key, Optional.empty()), Clock.systemUTC());
  }

  private void open(TlsFiles files, Clock clock) throws Exception {
    live = ReloadingTls.open(files, clock);
    handedOver.clear();
    live.use(handedOver::add);
  }

  @AfterEach
  void close() {
    live.close();
    log.close();
  }

  private void lookTwice() {
    live.check();
    live.check();
  }

  private List<String> lines(Level level) {
    return log.events().stream()
        .filter(event -> event.getLoggerName().equals(ReloadingTls.class.getName()))
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .map(line -> line.replace(directory + "/", ""))
        .toList();
  }

  private void assertInUse(Identity... all) {
    assertEquals(
        List.of(all).stream().map(Identity::certificate).toList(),
        handedOver.stream().map(TlsCredentials::certificate).toList());
  }

  @Test
  void look_handsOverWhatIsNewOnce() throws IOException {
    lookTwice();
    assertInUse(first);

    second.write(certificate, key);
    lookTwice();
    lookTwice();

    assertInUse(first, second);
    assertEquals(List.of(), lines(Level.WARN));
    assertEquals(1, lines(Level.INFO).size());
  }

  @Test
  void look_takesRenamedFiles() throws IOException {
    second.write(directory.resolve("new-cert"), directory.resolve("new-key"));
    Files.move(directory.resolve("new-key"), key, ATOMIC_MOVE, REPLACE_EXISTING);
    Files.move(directory.resolve("new-cert"), certificate, ATOMIC_MOVE, REPLACE_EXISTING);
    lookTwice();
    assertInUse(first, second);
  }

  /** Replaces the files in the way in which Kubernetes replaces a mounted secret. */
  @Test
  void look_takesASwappedLinkToAFolder() throws Exception {
    for (Identity identity : List.of(first, second)) {
      Path folder = Files.createDirectory(directory.resolve("..data-" + identity.hashCode()));
      identity.write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    }
    Path link = directory.resolve("..data");
    Files.createSymbolicLink(link, Path.of("..data-" + first.hashCode()));
    for (String name : List.of("tls.crt", "tls.key")) {
      Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
    }
    live.close();
    var files =
        new TlsFiles(directory.resolve("tls.crt"), directory.resolve("tls.key"), Optional.empty());
    open(files, Clock.systemUTC());

    Path newLink = directory.resolve("..data_tmp");
    Files.createSymbolicLink(newLink, Path.of("..data-" + second.hashCode()));
    Files.move(newLink, link, ATOMIC_MOVE, REPLACE_EXISTING);
    lookTwice();

    assertInUse(first, second);
  }

  @Test
  void look_waitsForTheOtherFileWithoutAWord() throws IOException {
    Files.writeString(certificate, TestAuthority.pem(second.certificate()));
    live.check();
    Files.writeString(key, second.keyPem());
    lookTwice();

    assertInUse(first, second);
    assertEquals(List.of(), lines(Level.WARN));
  }

  @Test
  void look_keepsTheOldPairAndWarnsOnceOfAMismatch() throws IOException {
    Files.writeString(certificate, TestAuthority.pem(second.certificate()));
    lookTwice();
    lookTwice();

    assertInUse(first);
    assertEquals(
        List.of(
            "New TLS files are invalid, and the old ones stay in use: TLS_KEY_FILE: key.pem does not belong to"
                + " the first certificate of TLS_CERT_FILE (expected: its private key)"),
        lines(Level.WARN));

    Files.writeString(key, second.keyPem());
    lookTwice();
    assertInUse(first, second);
  }

  @Test
  void look_keepsTheOldPairAndWarnsOfEachHalfWrittenFile() throws IOException {
    String whole = second.keyPem();
    Files.writeString(key, whole.substring(0, whole.length() / 2));
    lookTwice();
    Files.writeString(key, "");
    lookTwice();
    Files.delete(key);
    lookTwice();

    assertInUse(first);
    assertEquals(3, lines(Level.WARN).size(), lines(Level.WARN).toString());
    lines(Level.WARN)
        .forEach(
            line -> {
              assertTrue(line.contains("TLS_KEY_FILE: key.pem "), line);
              assertFalse(line.contains(whole.lines().toList().get(1)), line);
            });

    // The files are as at first, so there is nothing new to use, and no problem any more.
    first.write(certificate, key);
    lookTwice();
    assertEquals(3, lines(Level.WARN).size());
  }

  @Test
  void look_takesNewAuthorities() throws Exception {
    live.close();
    Path clients = directory.resolve("clients.pem");
    Files.writeString(clients, TestAuthority.pem(authority.certificate()));
    open(new TlsFiles(certificate, key, Optional.of(clients)), Clock.systemUTC());
    var other = new TestAuthority("Other").certificate();

    Files.writeString(
        clients, TestAuthority.pem(authority.certificate()) + TestAuthority.pem(other));
    lookTwice();

    assertEquals(
        Optional.of(List.of(authority.certificate(), other)),
        handedOver.get(1).clientAuthorities());
  }

  @Test
  void open_warnsOfACertificateOutOfItsTime() throws Exception {
    live.close();
    var files = new TlsFiles(certificate, key, Optional.empty());
    open(files, Clock.offset(Clock.systemUTC(), Duration.ofDays(2)));
    live.close();
    open(files, Clock.offset(Clock.systemUTC(), Duration.ofDays(-2)));

    var lines = lines(Level.WARN);
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("TLS_CERT_FILE: the certificate expired at 20"));
    assertTrue(lines.get(1).startsWith("TLS_CERT_FILE: the certificate is not valid before 20"));
  }

  @Test
  void look_warnsOnceThatTheCertificateExpiresAndOnceThatItHas() throws Exception {
    live.close();
    var end = first.certificate().getNotAfter().toInstant();
    var clock = new MutableClock(end.minus(Duration.ofHours(6)));
    open(new TlsFiles(certificate, key, Optional.empty()), clock);
    lookTwice();
    assertEquals(List.of(), lines(Level.WARN));

    // This leaves a tenth of its two days.
    clock.advance(Duration.ofHours(2));
    lookTwice();
    lookTwice();
    assertEquals(List.of("TLS_CERT_FILE: the certificate expires at " + end), lines(Level.WARN));

    clock.advance(Duration.ofHours(5));
    lookTwice();
    lookTwice();
    assertEquals(2, lines(Level.WARN).size(), lines(Level.WARN).toString());
    assertEquals("TLS_CERT_FILE: the certificate expired at " + end, lines(Level.WARN).get(1));

    second.write(certificate, key);
    lookTwice();
    lookTwice();
    assertEquals(3, lines(Level.WARN).size(), "of the next one, which is as old");
  }

  @Test
  void look_thatEndsWithAnError_doesNotEndTheSchedule() throws Exception {
    var dying = new AtomicBoolean();
    live.use(
        material -> {
          if (dying.get()) {
            throw new Error("a defect");
          }
        });
    dying.set(true);
    second.write(certificate, key);

    assertDoesNotThrow(this::lookTwice);
  }
}
