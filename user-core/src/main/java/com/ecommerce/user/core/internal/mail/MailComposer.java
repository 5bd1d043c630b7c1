package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailSettings;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Composes the mails that were queued. Thread-safe. */
final class MailComposer {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The path of the page that refuses the email that a token would confirm. */
  private static final String REFUSAL_PATH = "/not-me";

  private final MailSettings settings;
  private final MailTemplates templates;

  MailComposer(MailSettings settings) {
    this.settings = settings;
    this.templates = new MailTemplates(settings.templates());
  }

  Mail compose(PreparedMail prepared) {
    var queued = prepared.queued();
    var words = templates.render(queued.kind(), prepared.addressee().language(), values(prepared));
    return new Mail(
        "<" + queued.id() + "@" + settings.sender().domain() + ">",
        Email.parse(queued.recipient()),
        settings.sender(),
        words.subject(),
        words.text(),
        words.html(),
        queued.createdAt(),
        queued.user().orElseThrow());
  }

  /**
   * Returns the values for placeholders. The name of the user is for operators' templates; the
   * built-in ones do not use it. Otherwise, somebody who creates an account with another person's
   * address could choose words that this service mails to it.
   */
  private Map<String, String> values(PreparedMail prepared) {
    var queued = prepared.queued();
    var values = new HashMap<String, String>();
    values.put("name", prepared.addressee().name());
    values.put("email", queued.recipient());
    values.put("site", settings.publicBaseUrl().toString());
    values.put("time", TIME.format(queued.createdAt()));
    if (!queued.newEmail().isEmpty()) {
      values.put("new_email", queued.newEmail());
    }
    queued
        .signIn()
        .ifPresent(
            signIn -> {
              values.put("device", SignInTexts.device(signIn.device()));
              values.put("network", SignInTexts.network(signIn.network()));
            });
    prepared
        .minted()
        .ifPresent(
            token -> {
              values.put("link", link(queued.kind().linkPath(), token.secret()));
              if (queued.kind() == MailKind.VERIFY_EMAIL) {
                values.put("not_me_link", link(REFUSAL_PATH, token.secret()));
              }
              values.put("expires", TIME.format(token.expiresAt()));
            });
    return values;
  }

  private String link(String path, String token) {
    return settings.publicBaseUrl() + path + "?token=" + token;
  }
}
