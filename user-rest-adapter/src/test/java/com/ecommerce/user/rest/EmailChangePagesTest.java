package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests the pages on which the owner of a mailbox stops or undoes a change of the account's email.
 */
@ExtendWith(PostgresExtension.class)
class EmailChangePagesTest {
  private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static RestFixture.Member verified() {
    var member = fixture.member();
    fixture
        .client()
        .submit("/verify-email", "token=" + fixture.mailbox().newestTokenTo(member.email()))
        .as(200);
    return member;
  }

  private static String email(RestFixture.Member member) {
    return fixture
        .core()
        .users()
        .get(RequestContext.system(), member.user().id())
        .email()
        .address();
  }

  private static String askForChange(RestFixture.Member member) {
    String wanted = "wanted-" + UUID.randomUUID() + "@example.com";
    member.client().patch("/api/users/me", "{\"email\":\"" + wanted + "\"}").as(200);
    return wanted;
  }

  private static void confirm(String wanted) {
    fixture
        .client()
        .submit("/verify-email", "token=" + fixture.mailbox().newestTokenTo(wanted))
        .as(200);
  }

  @Test
  void stopLink_doesNothingUntilItsFormIsPosted() {
    var member = verified();
    askForChange(member);
    String stop = fixture.mailbox().newestTokenTo(member.email());

    String form = fixture.client().get("/stop-email-change?token=" + stop).as(200).text();
    assertTrue(form.contains("value=\"" + stop + "\""));
    assertTrue(member.client().get("/api/users/me").as(200).text().contains("wanted-"));
    String done = fixture.client().submit("/stop-email-change", "token=" + stop).as(200).text();

    assertTrue(done.contains("Change stopped"));
    assertFalse(member.client().get("/api/users/me").as(200).text().contains("wanted-"));
  }

  @Test
  void undoLink_leadsOnToANewPassword() {
    var member = verified();
    String wanted = askForChange(member);
    confirm(wanted);
    String undo = fixture.mailbox().newestTokenTo(member.email());
    fixture.client().get("/undo-email-change?token=" + undo).as(200);
    assertEquals(wanted, email(member));

    String page = fixture.client().submit("/undo-email-change", "token=" + undo).as(200).text();

    assertEquals(member.email(), email(member));
    member.client().get("/api/users/me").problem(401, "SESSION_ENDED");
    login(member.email(), TestUsers.PASSWORD).problem(401, "CREDENTIALS_INVALID");
    assertTrue(page.contains("action=\"reset-password\""), page);
    var reset = TOKEN.matcher(page);
    assertTrue(reset.find());
    fixture
        .client()
        .submit(
            "/reset-password",
            "token=%s&new_password=%2$s&new_password_confirm=%2$s"
                .formatted(reset.group(1), "another+battery+horse"))
        .as(200);
    login(member.email(), "another battery horse").as(200);
    String again = fixture.client().submit("/undo-email-change", "token=" + undo).as(400).text();
    assertTrue(again.contains("already used"), again);
  }

  private static RestClient.Answer login(String email, String password) {
    return fixture
        .client()
        .post(
            "/api/auth/login", "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
  }

  @Test
  void linkThatDoesNotWork_saysWhy() {
    var member = verified();
    String wanted = askForChange(member);
    String stop = fixture.mailbox().newestTokenTo(member.email());
    confirm(wanted);
    String undo = fixture.mailbox().newestTokenTo(member.email());

    String late = fixture.client().submit("/stop-email-change", "token=" + stop).as(400).text();
    assertTrue(late.contains("a newer mail has a link that undoes it"), late);
    fixture.client().submit("/stop-email-change", "").as(400);
    fixture.core().users().createVerified(RequestContext.system(), TestUsers.aUser(member.email()));
    String taken = fixture.client().submit("/undo-email-change", "token=" + undo).as(409).text();
    assertTrue(taken.contains("Another account now uses this email address"), taken);
  }

  @Test
  void pages_speakTheLanguageOfTheBrowser() {
    for (String path : new String[] {"/stop-email-change", "/undo-email-change"}) {
      for (String language : new String[] {"en", "de", "es"}) {
        var answer =
            fixture.client().with("Accept-Language", language).get(path + "?token=x").as(400);
        assertEquals(language, answer.header("Content-Language"));
      }
    }
  }
}
