package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.rest.page.SentMails;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** The pages as a browser shows them, and their stories with the keyboard alone. */
@ExtendWith(PostgresExtension.class)
@Timeout(180)
class PagesInBrowserTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final SentMails.SentMail MAIL =
      new SentMails.SentMail(
          "1",
          Instant.parse("2026-06-15T12:00:00Z"),
          "ada@example.com",
          "Confirm your email address",
          "Hello Ada\n\nhttp://localhost:8000/verify-email?token=" + "x".repeat(43),
          "<!DOCTYPE html><html lang=\"en\"><title>Mail</title><h1>Hello Ada</h1></html>");

  private static RestFixture fixture;
  private static Chromium chromium;

  @BeforeAll
  static void start(TestDatabase database) throws IOException {
    assumeTrue(Chromium.isInstalled(), "Chromium is not installed");
    var brand =
        new Brand(
            "Example Shop",
            Brand.NONE.color(),
            Optional.of(URI.create("https://shop.example")),
            Optional.of(Email.parse("help@shop.example")),
            Optional.empty());
    var mails =
        new SentMails() {
          @Override
          public String key() {
            return "key";
          }

          @Override
          public List<SentMail> newest(int limit) {
            return List.of(MAIL);
          }

          @Override
          public Optional<SentMail> find(String id) {
            return Optional.of(MAIL);
          }
        };
    fixture =
        RestFixture.on(
            database,
            new PageSettings(
                PageSettings.Offer.ALL,
                brand,
                Optional.empty(),
                "en",
                Optional.of(mails),
                Optional.empty()));
    chromium = Chromium.start();
  }

  @BeforeEach
  void signOut() {
    chromium.forgetSession();
    chromium.use("http://localhost:" + fixture.api().port());
  }

  @AfterAll
  static void stop() {
    if (fixture != null) {
      try (var api = fixture) {
        chromium.close();
      }
    }
  }

  private static String anEmail() {
    return "browser-" + UUID.randomUUID() + "@example.com";
  }

  private static User aUser() {
    return fixture.core().users().createVerified(CALL, TestUsers.aUser(anEmail()));
  }

  private static void signIn(String email) {
    chromium.open("/sign-in");
    chromium.type("#email", email);
    chromium.type("#password", TestUsers.PASSWORD + Keys.ENTER);
    chromium.expect("Your account");
  }

  private static String newestToken(String email) {
    return fixture.mailbox().newestTokenTo(email);
  }

  @Test
  void pagesOfVisitors_areAccessible() {
    for (String page : new String[] {"sign-in", "register", "forgot-password"}) {
      chromium.open("/" + page);
      chromium.check(page);
    }
    chromium.open("/sign-in");
    chromium.type("#email", "nobody@example.com");
    chromium.type("#password", "wrong horse battery" + Keys.ENTER);
    chromium.expect("is wrong");
    chromium.check("sign-in-failed");
    chromium.open("/register");
    chromium.type("#email", "ada@nowhere.example");
    chromium.type("#password", "password" + Keys.ENTER);
    chromium.expect("most common passwords");
    chromium.check("register-failed");
    chromium.setLanguage("ar");
    chromium.open("/register");
    chromium.check("register-ar");
    chromium.setLanguage("en");
  }

  @Test
  void pagesOfLinks_areAccessible() {
    String email = anEmail();
    fixture.core().users().create(CALL, TestUsers.aUser(email));
    String link = "/verify-email?token=" + newestToken(email);
    chromium.open(link);
    chromium.check("verify");
    chromium.open(link.replace("verify-email", "not-me"));
    chromium.check("not-me");
    chromium.open("/verify-email?token=" + "x".repeat(43));
    chromium.check("verify-unknown");
    chromium.setLanguage("ar");
    chromium.open(link);
    chromium.check("verify-ar");
    chromium.setLanguage("en");
    fixture.core().passwordResets().request(CALL, Email.parse(email));
    String reset = "/reset-password?token=" + newestToken(email);
    chromium.open(reset);
    chromium.check("reset");
    fixture.clock().advance(Duration.ofHours(2));
    chromium.open(reset);
    chromium.check("reset-expired");
  }

  @Test
  void pagesOfDevelopers_areAccessible() {
    chromium.open("/docs");
    chromium.expect("Operations");
    chromium.check("docs");
    for (String page : new String[] {"problems", "docs/components", "dev/mails/key"}) {
      chromium.open("/" + page);
      chromium.check(page.replace('/', '-'));
    }
  }

  @Test
  void pagesOfTheAccount_areAccessible() {
    signIn(aUser().email().address());
    chromium.check("account");
    for (String page : new String[] {"addresses", "addresses/new", "preferences", "security"}) {
      chromium.open("/account/" + page);
      chromium.check("account-" + page.replace('/', '-'));
    }
    chromium.setLanguage("ar");
    chromium.open("/account/security");
    chromium.check("account-security-ar");
    chromium.setLanguage("en");
  }

  @Test
  void everyLanguage_fitsAPhone() {
    signIn(aUser().email().address());
    for (String language : Languages.ALL) {
      chromium.setLanguage(language);
      for (String page :
          new String[] {
            "sign-in",
            "register",
            "account",
            "account/addresses/new",
            "account/preferences",
            "account/security"
          }) {
        chromium.open("/" + page);
        chromium.checkWidth(page.replace('/', '-') + "-" + language, 390);
      }
    }
    chromium.setLanguage("en");
  }

  @Test
  void keyboardAlone_registersAndConfirms() {
    String email = anEmail();
    chromium.use("http://" + Chromium.SHOP + ":" + fixture.api().port());
    chromium.open("/register");
    chromium.type("#first_name", "Grace");
    chromium.type("#email", email);
    chromium.type("#password", TestUsers.PASSWORD + Keys.ENTER);
    chromium.expect("Check your mailbox");
    chromium.check("registered");

    chromium.open("/verify-email?token=" + newestToken(email));
    chromium.press("form .button", Keys.ENTER);

    chromium.expect("Email address confirmed");
    chromium.check("verified");
    signIn(email);
  }

  @Test
  void keyboardAlone_keepsTheAccount() {
    signIn(aUser().email().address());
    chromium.type("#first_name", "Augusta" + Keys.ENTER);
    chromium.expect("Your changes have been saved");
    chromium.check("account-saved");

    chromium.press("a[href$=addresses]", Keys.ENTER);
    chromium.expect("No addresses yet");
    chromium.press("a[href$='addresses/new']", Keys.ENTER);
    chromium.expect("Street and number");
    chromium.type("#line1", "1 High Street");
    chromium.type("#city", "London");
    chromium.press("#country", "United K");
    chromium.type("#label", "Home" + Keys.ENTER);
    chromium.expect("Default for shipping");
    chromium.check("account-addresses-saved");
  }

  @Test
  void keyboardAlone_changesPreferencesAndSignsOut() {
    signIn(aUser().email().address());
    chromium.open("/account/preferences");
    chromium.press("[name=email_newsletter]", Keys.SPACE);
    chromium.press("main form.card button", Keys.ENTER);
    chromium.expect("Your changes have been saved");
    chromium.open("/account/security");
    chromium.press("form[action$=sign-out] button", Keys.ENTER);
    chromium.expect("You are signed out");
    chromium.check("signed-out");
  }
}
