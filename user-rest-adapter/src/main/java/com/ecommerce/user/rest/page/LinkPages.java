package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.MailboxClaim;
import com.ecommerce.user.core.verification.PasswordResets;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Problems;
import com.ecommerce.user.rest.http.Routes;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * The pages that the links in mails open. Opening one does nothing: programs that scan mails open
 * links, too. What it shows is a form that posts the token, which also takes it out of the address
 * bar.
 */
public final class LinkPages {
  private static final String VERIFY = "/verify-email";
  private static final String REFUSE = "/not-me";
  static final String RESET = "/reset-password";
  static final String TOKEN = "token";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final EmailVerifications verifications;
  private final PasswordResets resets;
  private final Workers workers;

  public LinkPages(UserCore core, Workers workers) {
    this.verifications = core.emailVerifications();
    this.resets = core.passwordResets();
    this.workers = workers;
  }

  public void addTo(Routes routes) {
    routes
        .onAsync(
            "GET",
            VERIFY,
            Operation.CONFIRM_EMAIL_VERIFICATION,
            request -> shownWithClaim(request, LinkPages::verifyForm))
        .onAsync("POST", VERIFY, Operation.CONFIRM_EMAIL_VERIFICATION, this::verify)
        .onAsync(
            "GET",
            REFUSE,
            Operation.CONFIRM_EMAIL_VERIFICATION,
            request -> shownWithClaim(request, LinkPages::refuseForm))
        .onAsync("POST", REFUSE, Operation.CONFIRM_EMAIL_VERIFICATION, this::refuse)
        .onAsync(
            "GET", RESET, Operation.READ_DOCUMENT, request -> shown(request, LinkPages::resetForm))
        .onAsync("POST", RESET, Operation.RESET_PASSWORD, this::reset);
  }

  @FunctionalInterface
  interface Form {
    ApiResponse with(PageTexts texts, String token);
  }

  @FunctionalInterface
  private interface ClaimForm {
    ApiResponse with(PageTexts texts, String token, Optional<MailboxClaim> claim);
  }

  static CompletionStage<ApiResponse> shown(ApiRequest request, Form form) {
    var texts = texts(request);
    String token = request.query(TOKEN).orElse("");
    return CompletableFuture.completedStage(
        token.isEmpty() ? incomplete(texts) : form.with(texts, token));
  }

  static PageTexts texts(ApiRequest request) {
    return PageTexts.of(request.header("Accept-Language"));
  }

  /**
   * Returns a page with a button that posts the token.
   *
   * @param what the prefix of the texts
   */
  static ApiResponse buttonForm(PageTexts texts, String what, String token) {
    String main =
        Html.filled(
            """
        <p>%s</p>
        <form method="post" action="?">
        <input type="hidden" name="token" value="%s">
        <button type="submit">%s</button>
        </form>
        """,
            text(texts, what + ".text"), Html.escaped(token), text(texts, what + ".button"));
    return Html.page(200, texts.language(), texts.get(what + ".title"), main);
  }

  /** Shows the claim of the link, and changes nothing. */
  private CompletionStage<ApiResponse> shownWithClaim(ApiRequest request, ClaimForm form) {
    var texts = texts(request);
    String token = request.query(TOKEN).orElse("");
    if (token.isEmpty()) {
      return CompletableFuture.completedStage(incomplete(texts));
    }
    return request
        .supply(workers, () -> form.with(texts, token, verifications.claim(request.call(), token)))
        .exceptionally(failure -> failed(texts, expected(failure)));
  }

  private static ApiResponse verifyForm(
      PageTexts texts, String token, Optional<MailboxClaim> claim) {
    boolean isOfNewAccount = claim.filter(MailboxClaim::isOfNewAccount).isPresent();
    String main =
        paragraph(texts, "verify.text")
            + facts(texts, claim)
            + form("post", "?", token, text(texts, "verify.button"))
            + (isOfNewAccount
                ? paragraph(texts, "verify.not_me")
                    + form("get", REFUSE.substring(1), token, text(texts, "verify.not_me.button"))
                : "");
    return Html.page(200, texts.language(), texts.get("verify.title"), main);
  }

  private static ApiResponse refuseForm(
      PageTexts texts, String token, Optional<MailboxClaim> claim) {
    boolean isOfNewAccount = claim.map(MailboxClaim::isOfNewAccount).orElse(true);
    String kind = isOfNewAccount ? "refuse" : "refuse.change";
    String main =
        paragraph(texts, kind + ".text")
            + facts(texts, claim)
            + form("post", "?", token, text(texts, kind + ".button"));
    return Html.page(200, texts.language(), texts.get(kind + ".title"), main);
  }

  private static String paragraph(PageTexts texts, String key) {
    return "<p>" + text(texts, key) + "</p>\n";
  }

  private static String form(String method, String action, String token, String button) {
    return Html.filled(
        """
        <form method="%s" action="%s">
        <input type="hidden" name="token" value="%s">
        <button type="submit">%s</button>
        </form>
        """,
        method, action, Html.escaped(token), button);
  }

  /** Returns the origin of the account, as far as it is known. */
  private static String facts(PageTexts texts, Optional<MailboxClaim> claim) {
    return claim
        .flatMap(MailboxClaim::registration)
        .map(
            made ->
                "<table>\n"
                    + fact(texts, "registration.time", TIME.format(made.createdAt()))
                    + fact(texts, "registration.network", made.coarseNetwork())
                    + fact(texts, "registration.device", made.device())
                    + "</table>\n")
        .orElse("");
  }

  private static String fact(PageTexts texts, String key, String value) {
    return value.isEmpty()
        ? ""
        : "<tr><th scope=\"row\">"
            + text(texts, key)
            + "</th><td>"
            + Html.escaped(value)
            + "</td></tr>\n";
  }

  private CompletionStage<ApiResponse> verify(ApiRequest request) {
    return posted(
        request,
        token ->
            verifications.confirmEmail(request.call(), token).endedSessions() > 0
                ? "verify.done.ended"
                : "verify.done.text",
        "verify.done.title");
  }

  private CompletionStage<ApiResponse> refuse(ApiRequest request) {
    return posted(
        request,
        token -> {
          verifications.refuse(request.call(), token);
          return "refuse.done.text";
        },
        "refuse.done.title");
  }

  /**
   * Uses the token of a form.
   *
   * @param use uses the token, and returns the prefix of the texts for the result
   */
  private CompletionStage<ApiResponse> posted(
      ApiRequest request, UnaryOperator<String> use, String title) {
    var texts = texts(request);
    String token = request.form().getOrDefault(TOKEN, "");
    if (token.isEmpty()) {
      return CompletableFuture.completedStage(incomplete(texts));
    }
    return request
        .supply(workers, () -> use.apply(token))
        .thenApply(text -> message(200, texts, title, text))
        .exceptionally(failure -> failed(texts, expected(failure)));
  }

  private static ApiResponse resetForm(PageTexts texts, String token) {
    return resetForm(200, texts, token, List.of());
  }

  private static ApiResponse resetForm(
      int status, PageTexts texts, String token, List<String> problems) {
    return resetForm(status, texts, "reset", "?", token, problems);
  }

  /**
   * Returns a page that asks for a new password.
   *
   * @param what the prefix of the introductory texts
   * @param action the address to which the form is posted
   */
  static ApiResponse resetForm(
      int status,
      PageTexts texts,
      String what,
      String action,
      String token,
      List<String> problems) {
    var errors = new StringBuilder();
    problems.forEach(
        problem -> errors.append("<p class=\"error\">" + Html.escaped(problem) + "</p>\n"));
    String alert =
        problems.isEmpty() ? "" : "<div role=\"alert\" id=\"errors\">\n" + errors + "</div>\n";
    String described =
        problems.isEmpty() ? "" : " aria-invalid=\"true\" aria-describedby=\"errors\"";
    String main =
        Html.filled(
            """
        <p>%1$s</p>
        %2$s<form method="post" action="%8$s">
        <input type="hidden" name="token" value="%3$s">
        <label for="new_password">%4$s</label>
        <input type="password" id="new_password" name="new_password" autocomplete="new-password" required autofocus%5$s>
        <label for="new_password_confirm">%6$s</label>
        <input type="password" id="new_password_confirm" name="new_password_confirm" autocomplete="new-password" required%5$s>
        <button type="submit">%7$s</button>
        </form>
        """,
            text(texts, what + ".text"),
            alert,
            Html.escaped(token),
            text(texts, "reset.password"),
            described,
            text(texts, "reset.confirm"),
            text(texts, "reset.button"),
            Html.escaped(action));
    return Html.page(status, texts.language(), texts.get(what + ".title"), main);
  }

  private CompletionStage<ApiResponse> reset(ApiRequest request) {
    var texts = texts(request);
    Map<String, String> form = request.form();
    String token = form.getOrDefault(TOKEN, "");
    if (token.isEmpty()) {
      return CompletableFuture.completedStage(incomplete(texts));
    }
    String entered = form.getOrDefault("new_password", "");
    if (!entered.equals(form.getOrDefault("new_password_confirm", ""))) {
      return CompletableFuture.completedStage(
          resetForm(400, texts, token, List.of(texts.get("weak.MISMATCH"))));
    }
    try {
      return resets
          .resetAsync(request.call(), token, Password.parse(entered))
          .thenApply(nothing -> done(texts, "reset"))
          .exceptionally(failure -> notReset(texts, token, expected(failure)));
    } catch (InvalidValueException weak) {
      return CompletableFuture.completedStage(
          resetForm(400, texts, token, List.of(texts.get("weak." + weak.rule()))));
    }
  }

  private static ApiResponse notReset(PageTexts texts, String token, UserServiceException failure) {
    var problems =
        failure.violations().stream()
            .filter(violation -> violation.field().equals("new_password"))
            .map(violation -> problem(texts, violation))
            .toList();
    return problems.isEmpty() ? failed(texts, failure) : resetForm(400, texts, token, problems);
  }

  private static String problem(PageTexts texts, Violation violation) {
    return texts.find("weak." + violation.rule()).orElse(violation.message());
  }

  static ApiResponse done(PageTexts texts, String what) {
    return message(200, texts, what + ".done.title", what + ".done.text");
  }

  static ApiResponse incomplete(PageTexts texts) {
    return message(400, texts, "failed.title", "failed.missing");
  }

  /** Returns a page that says what to do about a failure: ask for another link, or try again. */
  public static ApiResponse failed(PageTexts texts, UserServiceException failure) {
    return failed(texts, "", failure);
  }

  /**
   * Returns a page about a failure.
   *
   * @param what the prefix of texts that are more specific than the general ones; each may be
   *     missing
   */
  public static ApiResponse failed(PageTexts texts, String what, UserServiceException failure) {
    int status = Problems.status(failure.reason());
    String key = "failed." + failure.reason();
    String special = what + "." + key;
    if (texts.find(special).isPresent()) {
      return message(status, texts, "failed.title", special);
    }
    if (texts.find(key).isPresent()) {
      return message(status, texts, "failed.title", key);
    }
    if (failure.kind() == ErrorKind.INVALID_ARGUMENT || failure.kind() == ErrorKind.NOT_FOUND) {
      return message(status, texts, "failed.title", "failed.TOKEN_INVALID");
    }
    return Problems.retryLater(
        message(status, texts, "failed.later.title", "failed.later"), failure);
  }

  private static ApiResponse message(int status, PageTexts texts, String title, String text) {
    String role = status == 200 ? "status" : "alert";
    String main = "<p role=\"" + role + "\">" + text(texts, text) + "</p>";
    return Html.page(status, texts.language(), texts.get(title), main);
  }

  private static String text(PageTexts texts, String key) {
    return Html.escaped(texts.get(key));
  }

  /** A defect goes on, to be logged and answered where all of them are. */
  static UserServiceException expected(Throwable failure) {
    if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
      return expected(wrapped.getCause());
    }
    if (failure instanceof UserServiceException known) {
      return known;
    }
    throw new CompletionException(failure);
  }
}
