package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.rest.page.SentMails;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
class SentMailPagesTest {
  private static final String LINK = "https://shop.example/verify-email?token=abc_-1";
  private static final String MAILS_PAGE = "/dev/mails/key-4711";
  private static final List<SentMails.SentMail> MAILS = new CopyOnWriteArrayList<>();

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    var sentMails =
        new SentMails() {
          @Override
          public String key() {
            return "key-4711";
          }

          @Override
          public List<SentMail> newest(int limit) {
            return MAILS;
          }

          @Override
          public Optional<SentMail> find(String id) {
            return MAILS.stream().filter(mail -> mail.id().equals(id)).findFirst();
          }
        };
    fixture =
        RestFixture.on(
            database,
            new PageSettings(
                PageSettings.Offer.LINKS,
                Brand.NONE,
                Optional.empty(),
                "en",
                Optional.of(sentMails),
                Optional.empty()));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void mails_areShownWithTheirLinks() {
    MAILS.clear();
    assertTrue(fixture.client().get(MAILS_PAGE).as(200).text().contains("No mails yet"));
    MAILS.add(
        new SentMails.SentMail(
            "20260615-1",
            Instant.parse("2026-06-15T12:00:00Z"),
            "ada@example.com",
            "Confirm <now>",
            "Hello\n" + LINK + "\n" + LINK + "\nhttps://shop.example/about\n",
            "<p>Hello</p>"));

    String list = fixture.client().get(MAILS_PAGE).as(200).text();
    var mail = fixture.client().get(MAILS_PAGE + "/20260615-1").as(200);
    var html = fixture.client().get(MAILS_PAGE + "/20260615-1/html").as(200);

    assertTrue(list.contains("Confirm &lt;now&gt;"), list);
    assertEquals(2, list.split("href=\"" + LINK.replace("?", "\\?") + "\"", -1).length, list);
    assertFalse(list.contains("about"), list);
    assertTrue(mail.text().contains("<iframe class=\"frame\""), mail.text());
    assertTrue(
        mail.text().contains("src=\"../../../dev/mails/key-4711/20260615-1/html\""), mail.text());
    assertTrue(mail.header("Content-Security-Policy").contains("frame-src 'self'"));
    assertEquals("<p>Hello</p>", html.text());
    assertTrue(html.header("Content-Security-Policy").contains("default-src 'none'"));
    assertTrue(html.header("Content-Security-Policy").contains("sandbox"));
    fixture.client().get(MAILS_PAGE + "/unknown").problem(404, "ROUTE_NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/dev/mails", "/dev/mails/", "/dev/mails/key-4712", "/dev/mails/key-4712/x"})
  void pathWithoutTheKey_findsNothing(String path) {
    fixture.client().get(path).problem(404, "ROUTE_NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 x"})
  void requestThroughAProxy_findsNothing(String header) {
    String[] parts = header.split(": ");
    var proxied = fixture.client().with(parts[0], parts[1]);

    proxied.get(MAILS_PAGE).problem(404, "ROUTE_NOT_FOUND");
    proxied.get(MAILS_PAGE + "/x/html").problem(404, "ROUTE_NOT_FOUND");
  }

  @Test
  void requestUnderAnotherName_findsNothing() throws IOException {
    assertEquals("HTTP/1.1 200 OK", status("localhost"));
    assertEquals("HTTP/1.1 200 OK", status("127.0.0.1:8000"));
    assertEquals("HTTP/1.1 404 Not Found", status("rebound.example"));
  }

  private static String status(String host) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), fixture.api().port())) {
      String request =
          "GET " + MAILS_PAGE + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return reader.readLine();
    }
  }

  @Test
  void service_withAMailServerHasNoSuchPages(TestDatabase database) {
    try (var sending = RestFixture.on(database)) {
      sending.client().get(MAILS_PAGE).problem(404, "ROUTE_NOT_FOUND");
    }
  }
}
