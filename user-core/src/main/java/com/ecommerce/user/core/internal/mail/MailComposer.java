package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailSettings;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Composes the mails that were queued. Thread-safe. */
public final class MailComposer {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The path of the page that refuses the email that a token would confirm. */
  private static final String REFUSAL_PATH = "/not-me";

  private final MailSettings settings;
  private final MailTokens tokens;
  private final Clock clock;
  private final MailTemplates templates;

  public MailComposer(MailSettings settings, MailTokens tokens, Clock clock) {
    this.settings = settings;
    this.tokens = tokens;
    this.clock = clock;
    this.templates = new MailTemplates(settings.templates());
  }

  /**
   * Returns the mail with all that it needs. If it must not be sent any more, records that and
   * returns empty.
   */
  Optional<PreparedMail> prepare(Handle tx, QueuedMail claimed) {
    var dao = new MailDao(tx);
    var queued = claimed.user().isPresent() ? Optional.of(claimed) : address(tx, claimed);
    if (queued.isEmpty()) {
      dao.delete(claimed.id(), claimed.attempts());
      return Optional.empty();
    }
    var minted = queued.get().token().map(token -> tokens.mint(tx, token));
    // A link whose token was purged has expired long ago; a notice has no link.
    var withoutToken =
        queued.get().kind().hasLink() ? MailTokens.State.EXPIRED : MailTokens.State.LIVE;
    switch (minted.map(MailTokens.Minted::state).orElse(withoutToken)) {
      case OVER -> dao.delete(claimed.id(), claimed.attempts());
      case EXPIRED ->
          dao.finish(claimed.id(), claimed.attempts(), MailState.FAILED, clock.instant());
      case LIVE -> {
        var addressee = queued.get().addressee().orElseThrow();
        return Optional.of(new PreparedMail(queued.get(), addressee, minted));
      }
    }
    return Optional.empty();
  }

  /** Looks up the user of a reset that was requested by an address. */
  private Optional<QueuedMail> address(Handle tx, QueuedMail claimed) {
    var issued = tokens.issueReset(tx, Email.ofStored(claimed.recipient()), claimed.createdAt());
    return issued.map(
        to -> {
          var dao = new MailDao(tx);
          var addressee = dao.setAddressee(claimed.id(), to.user().value(), to.token());
          return claimed.withAddressee(addressee, to);
        });
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
