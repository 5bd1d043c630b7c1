package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.brand.Color;
import com.ecommerce.user.core.brand.Logo;
import com.ecommerce.user.core.mail.LinkLifetimes;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.server.mail.FileMailTransport;
import com.ecommerce.user.server.mail.MailTransports;
import com.ecommerce.user.server.mail.SmtpMailTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailServerSettingsTest {
  private static MailServerSettings read(Map<String, String> environment) {
    return ServerSettings.read(Map.of(), environment).mail();
  }

  private static String problems(Map<String, String> environment) {
    return assertThrows(StartupException.class, () -> read(environment)).getMessage();
  }

  @Test
  void read_ofNothing_givesTheDefaults(@TempDir Path data) {
    var options = read(Map.of("SMTP_URL", " "));

    assertEquals(Optional.empty(), options.smtp());
    assertEquals(MailSettings.DEFAULT, options.content());
    assertInstanceOf(FileMailTransport.class, MailTransports.of(options.smtp(), data));
  }

  @Test
  void read_ofTheEnvironment_givesItsValues(@TempDir Path folder) {
    var options =
        read(
            Map.of(
                "SMTP_URL", "smtps://ada:hunter2@mail.example.com",
                "MAIL_FROM", "Example Shop <no-reply@shop.example.com>",
                "PUBLIC_BASE_URL", "https://shop.example.com/account/",
                "MAIL_TEMPLATES", folder.toString(),
                "EMAIL_VERIFICATION_LIFETIME_HOURS", "48",
                "PASSWORD_RESET_LIFETIME_MINUTES", "30"));

    assertEquals("smtps://mail.example.com:465", options.smtp().orElseThrow().toString());
    assertEquals(
        new MailSettings(
            MailSender.parse("Example Shop <no-reply@shop.example.com>"),
            URI.create("https://shop.example.com/account/"),
            Optional.of(folder),
            new LinkLifetimes(Duration.ofHours(48), Duration.ofMinutes(30)),
            Brand.NONE,
            "en"),
        options.content());
    assertInstanceOf(SmtpMailTransport.class, MailTransports.of(options.smtp(), folder));
  }

  @ParameterizedTest
  @CsvSource({
    "SMTP_URL, mail.example.com",
    "SMTP_URL, http://ada:hunter2@mail.example.com",
    "SMTP_URL, smtp://hunter2@mail.example.com",
    "SMTP_URL, smtp://ada:hunter2@mail.example.com:70000",
    "SMTP_URL, smtp://ada:hunter2%@mail.example.com",
    "SMTP_URL, smtp://ada:hunter2@mail.example.com?starttls=maybe",
    "MAIL_FROM, Example Shop",
    "MAIL_FROM, Example Shop <no-reply>",
    "MAIL_FROM, no-reply@",
    "MAIL_FROM, 'Shop\nBcc: eve@example.com <no-reply@example.com>'",
    "PUBLIC_BASE_URL, shop.example.com",
    "PUBLIC_BASE_URL, ftp://shop.example.com",
    "PUBLIC_BASE_URL, https://",
    "PUBLIC_BASE_URL, https:///path",
    "PUBLIC_BASE_URL, https://shop.example.com?a=b",
    "PUBLIC_BASE_URL, https://shop.example.com/#top",
    "PUBLIC_BASE_URL, https://shop example.com",
    "PUBLIC_BASE_URL, https://ada:hunter2@shop.example.com",
    "PUBLIC_BASE_URL, https://ada:hunter2@shop example.com",
    "MAIL_TEMPLATES, /no/such/folder",
    "MAIL_TEMPLATES, 'a\0b'",
    "PAGE_TEMPLATES, /no/such/folder",
    "BRAND_COLOR, blue",
    "BRAND_URL, shop.example.com",
    "BRAND_URL, javascript:alert(1)",
    "BRAND_URL, https://ada:hunter2@shop.example.com",
    "BRAND_SUPPORT_EMAIL, help",
    "BRAND_LOGO, /no/such/file",
    "PAGES, some",
    "DEFAULT_LANGUAGE, sv",
    "EMAIL_VERIFICATION_LIFETIME_HOURS, 0",
    "EMAIL_VERIFICATION_LIFETIME_HOURS, 721",
    "EMAIL_VERIFICATION_LIFETIME_HOURS, a day",
    "PASSWORD_RESET_LIFETIME_MINUTES, 0",
    "PASSWORD_RESET_LIFETIME_MINUTES, 1441",
    "PASSWORD_RESET_LIFETIME_MINUTES, 1.5",
  })
  void read_saysWhatIsExpectedAndShowsNoSecret(String name, String value) {
    String problem = problems(Map.of(name, value));

    assertTrue(problem.startsWith(Setting.valueOf(name).title() + ": "), problem);
    assertTrue(problem.contains("(expected: "), problem);
    assertEquals(1, problem.lines().count(), problem);
    assertFalse(problem.contains("hunter2"), problem);
  }

  @Test
  void read_ofABrand_givesItsNameColorsAndLinks(@TempDir Path folder) throws IOException {
    Path logo = Files.writeString(folder.resolve("logo.svg"), "<svg/>");
    var content =
        read(Map.of(
                "BRAND_NAME", "Example Shop",
                "BRAND_COLOR", "#0a0",
                "BRAND_URL", "https://shop.example.com/?from=mail",
                "BRAND_SUPPORT_EMAIL", "Help@shop.example.com",
                "BRAND_LOGO", logo.toString(),
                "DEFAULT_LANGUAGE", "DE"))
            .content();

    var brand = content.brand();
    assertEquals("Example Shop", brand.name());
    assertEquals(new Color(0x00aa00), brand.color());
    assertEquals(Optional.of(URI.create("https://shop.example.com/?from=mail")), brand.url());
    assertEquals("help@shop.example.com", brand.supportEmail().orElseThrow().address());
    assertEquals(Logo.Format.SVG, brand.logo().orElseThrow().format());
    assertEquals("de", content.defaultLanguage());
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL_TEMPLATES, layout.html, {{colour}}, unknown variable {{colour}}",
    "MAIL_TEMPLATES, lay-out.html, x, lay-out.html",
    "PAGE_TEMPLATES, message.html, {{colour}}, unknown variable {{colour}}",
    "PAGE_TEMPLATES, mesage.html, x, no such page",
    "PAGE_TEMPLATES, message.html, {{#text}}, message.html"
  })
  void read_triesTemplates(
      String name, String file, String content, String expected, @TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve(file), content);

    String problem = problems(Map.of(name, folder.toString()));

    assertTrue(problem.startsWith(Setting.valueOf(name).title() + ": "), problem);
    assertTrue(problem.contains(expected), problem);
    assertEquals(1, problem.lines().count(), problem);
  }

  @Test
  void read_reportsEveryBadValueAtOnce() {
    String problems =
        problems(
            Map.of(
                "SMTP_URL", "smtp://",
                "MAIL_FROM", "nobody",
                "PUBLIC_BASE_URL", "shop",
                "MAIL_TEMPLATES", "/no/such/folder",
                "EMAIL_VERIFICATION_LIFETIME_HOURS", "x",
                "PASSWORD_RESET_LIFETIME_MINUTES", "x",
                "LOG_LEVEL", "chatty"));

    assertEquals(7, problems.lines().count(), problems);
  }

  @Test
  void toString_showsNoLogin() {
    String shown = read(Map.of("SMTP_URL", "smtp://ada:hunter2@mail.example.com")).toString();

    assertTrue(shown.contains("smtp://mail.example.com:587"), shown);
    assertFalse(shown.contains("hunter2") || shown.contains("ada"), shown);
  }
}
