package com.ecommerce.user.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.health.DatabaseObserver;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.mail.LinkLifetimes;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.session.TokenSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.postgresql.ds.PGSimpleDataSource;

class UserCoreBuilderTest {
  private static final DataSource DATABASE = new PGSimpleDataSource();

  @TestFactory
  Stream<DynamicTest> value_outOfItsRange_isRefusedWithItsName() {
    return Stream.of(
        refused("readConcurrency: 0", () -> DatabaseSettings.DEFAULT.withReadConcurrency(0)),
        refused("threads: 0", () -> PasswordSettings.DEFAULT.withThreads(0)),
        refused("queue: -1", () -> PasswordSettings.DEFAULT.withQueue(-1)),
        refused("cacheBytes: -1", () -> UserCore.builder(DATABASE).cacheBytes(-1)),
        refused(
            "publicBaseUrl: ftp://a",
            () -> MailSettings.DEFAULT.withPublicBaseUrl(URI.create("ftp://a"))),
        refused(
            "accessLifetime: PT0S", () -> TokenSettings.DEFAULT.withAccessLifetime(Duration.ZERO)));
  }

  private static DynamicTest refused(String beginning, Executable call) {
    return DynamicTest.dynamicTest(
        beginning,
        () -> {
          String message = assertThrows(IllegalArgumentException.class, call).getMessage();
          assertTrue(message.startsWith(beginning + " (expected: "), message);
        });
  }

  @Test
  void with_changesOneSettingAndKeepsTheOthers() {
    DataSource replica = new PGSimpleDataSource();
    DataSource feed = new PGSimpleDataSource();
    Health.Probe probe = () -> true;
    DatabaseObserver observer =
        new DatabaseObserver() {
          @Override
          public void onUnavailable() {}

          @Override
          public void onAvailable() {}
        };
    var sender = MailSender.parse("shop@example.com");
    var url = URI.create("https://shop.example.com");
    var templates = Path.of("templates");
    var lifetimes = new LinkLifetimes(Duration.ofHours(1), Duration.ofMinutes(5));
    String secret = "s".repeat(TokenSettings.MIN_SECRET_BYTES);

    assertEquals(
        new DatabaseSettings(
            Optional.of(replica), Optional.of(feed), Optional.of(probe), observer, 3),
        DatabaseSettings.DEFAULT
            .withReadConcurrency(3)
            .withObserver(observer)
            .withProbe(probe)
            .withFeed(feed)
            .withReplica(replica));
    assertEquals(
        new PasswordSettings(HashSettings.argon2id(), 2, 5),
        PasswordSettings.DEFAULT.withQueue(5).withThreads(2).withHash(HashSettings.argon2id()));
    assertEquals(
        new MailSettings(sender, url, Optional.of(templates), lifetimes, Brand.NONE, "en"),
        MailSettings.DEFAULT
            .withLinkLifetimes(lifetimes)
            .withTemplates(templates)
            .withPublicBaseUrl(url)
            .withSender(sender));
    assertEquals(
        new TokenSettings(
            Optional.of(secret), Duration.ofMinutes(1), Duration.ofDays(1), "issuer", "audience"),
        TokenSettings.DEFAULT
            .withAudience("audience")
            .withIssuer("issuer")
            .withRefreshLifetime(Duration.ofDays(1))
            .withAccessLifetime(Duration.ofMinutes(1))
            .withSharedSecret(secret));
  }
}
