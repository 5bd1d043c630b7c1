package com.ecommerce.user.server.database.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUrlTest {
  private static List<PgConnectOptions> options(String jdbcUrl) {
    return JdbcUrl.options(jdbcUrl, Optional.of("ada"), Optional.of("se cret"));
  }

  @Test
  void options_sayWhereTheDatabaseIs_andWhoConnects() {
    var options = options("jdbc:postgresql://db.example.com:6432/us%20ers?connectTimeout=3").get(0);

    assertEquals("db.example.com", options.getHost());
    assertEquals(6_432, options.getPort());
    assertEquals("us ers", options.getDatabase());
    assertEquals("ada", options.getUser());
    assertEquals("se cret", options.getPassword());
    assertEquals("user-service", options.getProperties().get("application_name"));
  }

  @Test
  void options_withoutPortAndName_areTheUsualOnes() {
    var options = options("jdbc:postgresql://localhost/users?ApplicationName=shop").get(0);

    assertEquals(5_432, options.getPort());
    assertEquals("shop", options.getProperties().get("application_name"));
  }

  @ParameterizedTest
  @CsvSource({
    "?sslmode=disable, DISABLE",
    "?sslmode=allow, DISABLE REQUIRE",
    "'', REQUIRE DISABLE",
    "?sslmode=prefer, REQUIRE DISABLE",
    "?sslmode=require, REQUIRE"
  })
  void options_withoutARootCertificate_areTriedInThisOrder_andTrustWhomTheyMeet(
      String query, String modes) {
    var options = options("jdbc:postgresql://localhost/users" + query);

    var expected = Arrays.stream(modes.split(" ")).map(SslMode::valueOf).toList();
    assertEquals(expected, options.stream().map(PgConnectOptions::getSslMode).toList());
    assertTrue(
        options.stream()
            .filter(one -> one.getSslMode() == SslMode.REQUIRE)
            .allMatch(one -> one.getSslOptions().isTrustAll()));
  }

  @ParameterizedTest
  @CsvSource({"verify-ca, VERIFY_CA, ''", "verify-full, VERIFY_FULL, HTTPS"})
  void options_withARootCertificate_trustNobodyElse(
      String mode, SslMode expected, String verification) {
    var all =
        options("jdbc:postgresql://localhost/users?sslmode=" + mode + "&sslrootcert=/root.pem");

    assertEquals(1, all.size());
    var options = all.get(0);
    assertEquals(expected, options.getSslMode());
    assertEquals(verification, options.getSslOptions().getHostnameVerificationAlgorithm());
    assertEquals(
        List.of("/root.pem"),
        ((PemTrustOptions) options.getSslOptions().getTrustOptions()).getCertPaths());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://one,other/users",
        "jdbc:postgresql://localhost/users?prepareThreshold=0",
        "jdbc:postgresql://localhost/users?sslmode=verify-full",
        "jdbc:postgresql://localhost/users?sslmode=verify-ca",
        "jdbc:postgresql://localhost/users?sslcert=/client.pem",
        "jdbc:postgresql://localhost/users?targetServerType=primary",
        "jdbc:postgresql://localhost/users?currentSchema=shop"
      })
  void options_ofWhatTheDriverDoesNotKnow_areNone(String jdbcUrl) {
    assertEquals(List.of(), options(jdbcUrl));
  }
}
