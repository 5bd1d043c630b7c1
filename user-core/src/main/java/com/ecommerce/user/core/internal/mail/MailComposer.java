package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.brand.Logo;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Composes the mails that were queued. Thread-safe. */
public final class MailComposer {
  /** The path of the page that refuses the email that a token would confirm. */
  private static final String REFUSAL_PATH = "/not-me";

  private final MailSettings settings;
  private final MailTokens tokens;
  private final Clock clock;
  private final Brand brand;
  private final MailTemplates templates;

  public MailComposer(MailSettings settings, MailTokens tokens, Clock clock) {
    this.settings = settings;
    this.tokens = tokens;
    this.clock = clock;
    this.brand = settings.brand().orNamed(settings.sender().name());
    this.templates = new MailTemplates(settings.templates(), brand, settings.defaultLanguage());
  }

  /**
   * Checks a directory of an operator's templates.
   *
   * @throws IllegalArgumentException if a template is wrong; the message names it
   */
  public static void checkTemplates(Path directory) {
    OperatorTemplates.read(directory);
  }

  /**
   * Reads and checks the operator's templates.
   *
   * @throws IllegalArgumentException if a template is invalid; the message names it
   */
  void load() {
    templates.load();
  }

  /**
   * Returns the mail with the data from which it is composed. If it must no longer be sent, records
   * that and returns empty.
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
    String language = templates.language(queued.kind(), prepared.addressee().language());
    var words = templates.render(queued.kind(), language, values(prepared, language));
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
   * Returns the values of the variables. Only operators' templates use the name; the built-in texts
   * use the greeting name, which is safe to mail to anyone.
   */
  private Map<String, String> values(PreparedMail prepared, String language) {
    var queued = prepared.queued();
    var reader = prepared.addressee();
    var values = new HashMap<String, String>();
    values.put("name", reader.displayName());
    values.put("greeting_name", GreetingName.of(reader, queued.recipient()));
    values.put("email", queued.recipient());
    values.put("site", brand.url().orElse(settings.publicBaseUrl()).toString());
    values.put("time", MailTimes.format(queued.createdAt(), language, reader.timeZone()));
    values.put("new_email", queued.newEmail());
    values.put("logo", logo());
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
              values.put(
                  "expires", MailTimes.format(token.expiresAt(), language, reader.timeZone()));
            });
    return values;
  }

  private String link(String path, String token) {
    return settings.publicBaseUrl() + path + "?token=" + token;
  }

  /** Returns the address of the logo if mail programs can show it, which few do with SVG. */
  private String logo() {
    return brand
        .logo()
        .filter(logo -> logo.format() == Logo.Format.PNG)
        .map(logo -> settings.publicBaseUrl() + "/assets/logo.png")
        .orElse("");
  }
}
