package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGProperty;

class DatabaseUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://ada:s3cret@db.example:5433/users",
        "postgres://ada:s3cret@db.example:5433/users",
        "jdbc:postgresql://ada:s3cret@db.example:5433/users",
        "jdbc:postgresql://db.example:5433/users?user=ada&password=s3cret",
        "postgresql://db.example:5433/users?password=s3cret&user=ada",
        "postgresql://ada@db.example:5433/users?password=s3cret",
      })
  void parse_readsAllForms(String text) {
    var url = DatabaseUrl.parse(text);

    assertEquals("jdbc:postgresql://db.example:5433/users", url.jdbcUrl());
    assertEquals(Optional.of("ada"), url.user());
    assertEquals(Optional.of("s3cret"), url.password());
    assertEquals("postgresql://db.example:5433/users", url.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://h/db, jdbc:postgresql://h/db",
    "postgresql://h/db?connect_timeout=9, jdbc:postgresql://h/db?",
    "postgresql://h/db?application_name=a&connect_timeout=9&sslmode=require&socketTimeout=9, jdbc:postgresql://h/db?ApplicationName=a&sslmode=require",
    "postgresql://h/db?loginTimeout=9&application_name=socketTimeout=9, jdbc:postgresql://h/db?ApplicationName=socketTimeout%3D9&",
  })
  void withoutTimeouts_keepsEveryOtherParameter(String text, String jdbcUrl) {
    var url = DatabaseUrl.parse(text).withoutTimeouts();

    assertEquals(jdbcUrl, url.jdbcUrl());
    assertEquals(Optional.empty(), url.parameter(PGProperty.CONNECT_TIMEOUT));
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://ada:s3cret@h/db?sslpassword=s3cret, db on h:5432",
    "postgresql:///db, db on localhost:5432",
    "'postgresql://a:1,b/db', 'db on a:1, b:5432'",
    "postgresql://[::1]/db, db on [::1]:5432",
    "postgresql://[::1]:7/db, db on [::1]:7",
  })
  void place_hasEveryPort_andNoSecret(String text, String place) {
    assertEquals(place, DatabaseUrl.parse(text).place());
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://h/db, jdbc:postgresql://h/db",
    "postgresql:///db, jdbc:postgresql://localhost/db",
    "'postgresql://a:5432,b:5433,c/db', 'jdbc:postgresql://a:5432,b:5433,c/db'",
    "postgresql://[::1]:5432/db, jdbc:postgresql://[::1]:5432/db",
    "'postgresql://[2001:db8::1],h:1/db', 'jdbc:postgresql://[2001:db8::1],h:1/db'",
    "postgresql://h/with%20space, jdbc:postgresql://h/with%20space",
    "postgresql://h/db?, jdbc:postgresql://h/db",
    "postgresql://h/db?sslmode=require, jdbc:postgresql://h/db?sslmode=require",
    "postgresql://h/db?application_name=shop&connect_timeout=3, jdbc:postgresql://h/db?ApplicationName=shop&connectTimeout=3",
    "postgresql://h/db?target_session_attrs=read-write, jdbc:postgresql://h/db?targetServerType=primary",
    "postgresql://h/db?target_session_attrs=any, jdbc:postgresql://h/db?targetServerType=any",
    "postgresql://h/db?keepalives=1, jdbc:postgresql://h/db?tcpKeepAlive=true",
    "postgresql://h/db?keepalives=0, jdbc:postgresql://h/db?tcpKeepAlive=false",
    "postgresql://h/db?currentSchema=a%2Cb&options=-c%20x%3D1, jdbc:postgresql://h/db?currentSchema=a%2Cb&options=-c+x%3D1",
  })
  void parse_givesTheDriversUrl(String text, String jdbcUrl) {
    var url = DatabaseUrl.parse(text);

    assertEquals(jdbcUrl, url.jdbcUrl());
    assertEquals(Optional.empty(), url.user());
    assertEquals(Optional.empty(), url.password());
  }

  @ParameterizedTest
  @CsvSource({
    "p%40ss%2Fw%3Aord%25, p@ss/w:ord%",
    "a+b, a+b",
    "a%20b, a b",
    "p:q, p:q",
    "%C3%BCber, über",
  })
  void parse_decodesThePassword(String encoded, String password) {
    var url = DatabaseUrl.parse("postgresql://a%40b:" + encoded + "@h/db");

    assertEquals(Optional.of(password), url.password());
    assertEquals(Optional.of("a@b"), url.user());
  }

  @Test
  void parse_takesEmptyPartsForNone() {
    var url = DatabaseUrl.parse("postgresql://:@h/db");

    assertEquals(Optional.empty(), url.user());
    assertEquals(Optional.empty(), url.password());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "mysql://ada:hunter2@h/db",
        "postgresql:/ada:hunter2@h/db",
        "postgresql://ada:hunter2@h",
        "postgresql://ada:hunter2@h/",
        "postgresql://ada:hunter2@h:port/db",
        "postgresql://ada:hunter2@h:65536/db",
        "postgresql://ada:hunter2@h:123456/db",
        "postgresql://ada:hunter2@::1/db",
        "postgresql://ada:hunter2@a,,b/db",
        "postgresql://ada:hunter2@a b/db",
        "postgresql://ada:hunter2%FF@h/db",
        "postgresql://ada:hunter2%00@h/db",
        "postgresql://ada:hunter2@h/%zz",
        "postgresql://ada:hunter2@h/db?sslmode=%0Ahunter2",
        "postgresql://ada:x@hunter2@h/db",
        "postgresql://ada:x/hunter2@h/db",
        "postgresql://ada:12/hunter2@h/db",
        "postgresql://ada:99999/hunter2@h/db",
        "postgresql://ada:12?hunter2@h/db",
        "postgresql://ada:%hunter2@h/db",
        "postgresql://ada:hunter2%@h/db",
        "postgresql://ada:hunter2%zz@h/db",
        "postgresql://ada:hunter2@h/db?sslmode",
        "postgresql://h/db?password=%hunter2",
        "postgresql://ada:hunter2@h/db\nx",
      })
  void parse_refusesOtherTextsWithoutRepeatingThem(String text) {
    var failure = assertThrows(IllegalArgumentException.class, () -> DatabaseUrl.parse(text));

    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertFalse(
          String.valueOf(cause.getMessage()).matches("(?s).*(hu|er2|%|zz|999).*"),
          cause.toString());
    }
    assertTrue(failure.getMessage().contains("(expected: "));
  }

  @Test
  void toString_showsNoSecret() {
    String shown =
        DatabaseUrl.parse("postgresql://ada:hunter2@h/db?sslpassword=hunter3&sslmode=require")
            .toString();

    assertEquals("postgresql://h/db", shown);
  }
}
