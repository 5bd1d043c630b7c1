package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpUrlTest {
  @Test
  void parse_readsEveryPart() {
    var url = SmtpUrl.parse("smtp://me%40shop:p%3Aa+s%25@mail.example.com:2525?starttls=required");

    assertEquals("mail.example.com", url.host());
    assertEquals(2525, url.port());
    assertFalse(url.implicitTls());
    assertEquals(SmtpUrl.StartTls.REQUIRED, url.startTls());
    assertEquals(Optional.of(new SmtpUrl.Login("me@shop", "p:a+s%")), url.login());
  }

  @Test
  void parse_knowsThePortsOfSubmission() {
    assertEquals(587, SmtpUrl.parse("smtp://mail.example.com").port());
    assertEquals(465, SmtpUrl.parse("smtps://mail.example.com/").port());
    assertEquals(Optional.empty(), SmtpUrl.parse("smtp://mail.example.com").login());
  }

  @Test
  void parse_takesIpAddressesAndUsersWithAnAt() {
    assertEquals("::1", SmtpUrl.parse("smtp://[::1]:25").host());
    assertEquals(
        Optional.of(new SmtpUrl.Login("me@shop.com", "secret")),
        SmtpUrl.parse("smtp://me@shop.com:secret@127.0.0.1").login());
    assertEquals(
        Optional.of(new SmtpUrl.Login("me@shop.com", "p/a?s@s")),
        SmtpUrl.parse("smtp://me@shop.com:p/a?s@s@h/?starttls=never").login());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mail.example.com",
        "http://hunter2@mail.example.com",
        "smtp://",
        "smtp://user:hunter2@",
        "smtp://user:hunter2@host:0",
        "smtp://user:hunter2@host:99999",
        "smtp://user:hunter2@host:port",
        "smtp://user:hunter2@host/path",
        "smtp://user:hunter2@one,two",
        "smtp://hunter2@host",
        "smtp://:hunter2@host",
        "smtp://user:hunter2%@host",
        "smtp://user:hunter2%FF@host",
        "smtp://user:hunter2@host?starttls=hunter2",
        "smtps://user:hunter2@host?starttls=required"
      })
  void parse_rejectsTheRestAndShowsNoSecret(String text) {
    var failure = assertThrows(IllegalArgumentException.class, () -> SmtpUrl.parse(text));

    assertFalse(failure.getMessage().contains("hunter2"));
  }

  @Test
  void toString_showsNoLogin() {
    String shown = SmtpUrl.parse("smtps://user:hunter2@mail.example.com").toString();

    assertEquals("smtps://mail.example.com:465", shown);
    assertEquals("Login[masked]", new SmtpUrl.Login("user", "hunter2").toString());
  }
}
