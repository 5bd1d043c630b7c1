package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LinkPagesTest {
  private static final String GOOD = "another+battery+horse";

  /** A script or style in the page itself, or anything of another server. */
  private static final Pattern INLINE =
      Pattern.compile("<style|style=|<script>|\\son[a-z]+=|javascript:|https?:|[\"'(]//");

  private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

  private static final List<String> POLICY =
      List.of(
          "default-src 'none'",
          "style-src 'self'",
          "img-src 'self'",
          "form-action 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'");

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  /**
   * Checks the headers that keep a page from leaking data and from being embedded, and returns the
   * response.
   */
  private static RestClient.Answer page(RestClient.Answer answer) {
    assertEquals("text/html;charset=utf-8", answer.header("Content-Type").replace(" ", ""));
    assertEquals("no-store", answer.header("Cache-Control"));
    assertEquals("no-referrer", answer.header("Referrer-Policy"));
    String html = answer.text();
    assertFalse(INLINE.matcher(html).find(), html);
    var policy = List.of(answer.header("Content-Security-Policy").split("; "));
    var expected = new ArrayList<>(POLICY);
    if (html.contains("<script")) {
      expected.add("script-src 'self'");
    }
    assertEquals(expected, policy);
    int weight = html.getBytes(StandardCharsets.UTF_8).length;
    Matcher reference = REFERENCE.matcher(html);
    while (reference.find()) {
      assertTrue(reference.group(1).startsWith("assets/"), reference.group());
      var file = fixture.client().get("/" + reference.group(1)).as(200);
      assertEquals("public, max-age=31536000, immutable", file.header("Cache-Control"));
      weight += file.text().getBytes(StandardCharsets.UTF_8).length;
    }
    assertTrue(weight < 30_000, weight + " bytes");
    return answer;
  }

  private static String verifyToken(RestFixture.Member member) {
    member.client().send("POST", "/api/users/me/verify-email").as(200);
    return fixture.mailbox().newestTokenTo(member.email());
  }

  private static String resetToken(RestFixture.Member member) {
    fixture
        .client()
        .post("/api/auth/password-reset", "{\"email\":\"" + member.email() + "\"}")
        .as(200);
    return fixture.mailbox().newestTokenTo(member.email());
  }

  private static boolean isVerified(RestFixture.Member member) {
    return member.client().get("/api/users/me").at("/is_verified").booleanValue();
  }

  @Test
  void verifyLink_doesNothingUntilItsFormIsPosted() throws Exception {
    var member = fixture.member();
    String token = verifyToken(member);
    for (int i = 0; i < 3; i++) {
      String html = page(fixture.client().get("/verify-email?token=" + token).as(200)).text();
      assertTrue(html.contains("<form method=\"post\" action=\"?\">"));
      assertTrue(html.contains("value=\"" + token + "\""));
    }
    fixture.client().send("HEAD", "/verify-email?token=" + token).as(200);
    assertFalse(isVerified(member));
    String done = page(fixture.client().submit("/verify-email", "token=" + token).as(200)).text();
    assertTrue(done.contains("Email address confirmed"));
    assertTrue(isVerified(member));
    page(fixture.client().submit("/verify-email", "token=" + token).as(200));
  }

  @Test
  void verifyLink_explainsWhyItDoesNotWork() throws Exception {
    assertTrue(page(fixture.client().get("/verify-email").as(400)).text().contains("incomplete"));
    assertTrue(
        page(fixture.client().submit("/verify-email", "").as(400)).text().contains("incomplete"));
    assertTrue(
        page(fixture.client().submit("/verify-email", "token=wrong").as(400))
            .text()
            .contains("We do not know this link"));
    var member = fixture.member();
    String token = verifyToken(member);
    fixture.clock().advance(Duration.ofHours(25));
    assertTrue(
        page(fixture.client().submit("/verify-email", "token=" + token).as(400))
            .text()
            .contains("expired"));
  }

  @Test
  void resetLink_setsAPassword() throws Exception {
    var member = fixture.member();
    String token = resetToken(member);
    String form = page(fixture.client().get("/reset-password?token=" + token).as(200)).text();
    assertTrue(form.contains("autocomplete=\"new-password\""));
    var done =
        fixture
            .client()
            .submit(
                "/reset-password",
                "token=%1$s&new_password=%2$s&new_password_confirm=%2$s".formatted(token, GOOD));
    assertTrue(page(done.as(200)).text().contains("Password set"));
    fixture
        .client()
        .post(
            "/api/auth/login",
            "{\"email\":\"" + member.email() + "\",\"password\":\"another battery horse\"}")
        .as(200);
    var again =
        fixture
            .client()
            .submit(
                "/reset-password",
                "token=%1$s&new_password=%2$s&new_password_confirm=%2$s".formatted(token, GOOD));
    assertTrue(page(again.as(400)).text().contains("This link was already used"));
  }

  @Test
  void resetForm_saysWhatIsWrongAndKeepsTheToken() throws Exception {
    String token = resetToken(fixture.member());
    String start = "token=" + token + "&new_password=";
    assertError(start + "a&new_password_confirm=b", "not the same", token);
    assertError(start + "&new_password_confirm=", "enter a password", token);
    assertError(start + "abc&new_password_confirm=abc", "too short", token);
    assertError(start + "12345678&new_password_confirm=12345678", "most common", token);
    assertError(start + "adalovelace&new_password_confirm=adalovelace", "your name", token);
    String longest = "x".repeat(200);
    assertError(start + longest + "&new_password_confirm=" + longest, "too long", token);
    fixture
        .client()
        .submit("/reset-password", start + GOOD + "&new_password_confirm=" + GOOD)
        .as(200);
  }

  private static void assertError(String form, String text, String token) throws Exception {
    String html = page(fixture.client().submit("/reset-password", form).as(400)).text();
    assertTrue(html.contains("role=\"alert\""), html);
    assertTrue(html.contains("aria-invalid=\"true\""), html);
    assertTrue(html.contains(text), html);
    assertTrue(html.contains("value=\"" + token + "\""), html);
  }

  @Test
  void link_saysAtOnceThatItDoesNotWork() throws Exception {
    var member = fixture.member();
    String replaced = resetToken(member);
    fixture.clock().advance(Duration.ofMinutes(2));
    String used = resetToken(member);
    assertLink("/reset-password", replaced, 400, "This link is no longer valid");
    page(fixture.client().get("/reset-password?token=" + used).as(200));
    fixture
        .client()
        .submit(
            "/reset-password",
            "token=%1$s&new_password=%2$s&new_password_confirm=%2$s".formatted(used, GOOD))
        .as(200);
    assertLink("/reset-password", used, 400, "This link was already used");
    assertLink("/reset-password", "invented", 400, "We do not know this link");
    assertLink("/verify-email", used, 400, "We do not know this link");

    var other = fixture.member();
    String verified = verifyToken(other);
    fixture.client().submit("/verify-email", "token=" + verified).as(200);
    assertLink("/verify-email", verified, 200, "already confirmed");
    assertLink("/not-me", verified, 400, "already confirmed with this link");
    String late = resetToken(other);
    fixture.clock().advance(Duration.ofHours(2));
    assertLink("/reset-password", late, 400, "This link has expired");
  }

  private static void assertLink(String path, String token, int status, String text) {
    String html = page(fixture.client().get(path + "?token=" + token).as(status)).text();
    assertTrue(html.contains(text), html);
    assertFalse(html.contains("<form"), html);
    assertFalse(html.contains(token), html);
    if (status == 400) {
      String form = "token=%1$s&new_password=%2$s&new_password_confirm=%2$s".formatted(token, GOOD);
      assertEquals(html, page(fixture.client().submit(path, form).as(status)).text());
    }
  }

  /** The reset has proven the email, so there is nothing left to verify or to refuse. */
  @Test
  void verifyLink_isVoidAfterAReset() {
    var member = fixture.member();
    String link = verifyToken(member);
    String form = "token=%1$s&new_password=%2$s&new_password_confirm=%2$s";
    fixture.client().submit("/reset-password", form.formatted(resetToken(member), GOOD)).as(200);

    assertLink("/verify-email", link, 400, "This link is no longer valid");
    assertLink("/not-me", link, 400, "This link is no longer valid");
  }

  @Test
  void token_isEscaped() throws Exception {
    String token = "token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    assertFalse(fixture.client().get("/verify-email?" + token).as(400).text().contains("alert(1)"));
    String html =
        fixture
            .client()
            .submit("/reset-password", token + "&new_password=a&new_password_confirm=b")
            .as(400)
            .text();
    assertTrue(html.contains("value=\"&quot;&gt;&lt;script&gt;alert(1)"), html);
  }

  @Test
  void pages_speakTheLanguageOfTheBrowser() throws Exception {
    assertEquals("de", language("de-AT,de;q=0.9,en;q=0.5"));
    assertEquals("es", language("sv;q=1, es-MX;q=0.8, en;q=0.1"));
    assertEquals("zh", language("zh-CN"));
    assertEquals("ar", language("ar"));
    assertEquals("en", language("sv"));
    assertEquals("en", language(";;;"));
    String path = "/verify-email?token=" + verifyToken(fixture.member());
    String german = fixture.client().with("Accept-Language", "de").get(path).as(200).text();
    assertTrue(german.contains("<html lang=\"de\" dir=\"ltr\">"));
    assertTrue(german.contains("E-Mail-Adresse bestätigen"));
  }

  @Test
  void pages_workAtAnyDepth() {
    String html = fixture.client().get("/verify-email/?token=x").as(400).text();
    assertTrue(html.contains("href=\"../assets/style.css"), html);
  }

  private static String language(String accepted) throws Exception {
    var answer = fixture.client().with("Accept-Language", accepted).get("/reset-password?token=x");
    return page(answer).header("Content-Language");
  }

  @Test
  void form_ofAnotherTypeIsRefused() {
    fixture.client().send("POST", "/reset-password").problem(415, "MEDIA_TYPE_UNSUPPORTED");
    fixture.client().submit("/reset-password", "token=%zz").problem(400, "BODY_MALFORMED");
  }
}
