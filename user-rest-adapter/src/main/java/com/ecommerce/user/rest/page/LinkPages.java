package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.LinkState;
import com.ecommerce.user.core.verification.MailboxClaim;
import com.ecommerce.user.core.verification.MailedLinks;
import com.ecommerce.user.core.verification.PasswordResets;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The pages of links that verify or refuse an email, and of those that set a new password. Opening
 * a page changes nothing, since programs that scan mails open links, too. The page shows a form
 * that posts the token, which also removes it from the address bar, or explains why the link does
 * not work.
 */
final class LinkPages {
  private static final String VERIFY = "/verify-email";
  private static final String REFUSE = "/not-me";
  static final String RESET = "/reset-password";

  private final EmailVerifications verifications;
  private final PasswordResets resets;
  private final MailedLinks links;
  private final TokenForms forms;

  LinkPages(UserCore core, PageRenderer renderer, Workers workers) {
    this.verifications = core.emailVerifications();
    this.resets = core.passwordResets();
    this.links = core.mailedLinks();
    this.forms = new TokenForms(renderer, workers, links);
  }

  void addTo(Routes routes) {
    var operation = Operation.CONFIRM_EMAIL_VERIFICATION;
    routes
        .onPageAsync(
            "GET", VERIFY, operation, request -> forms.shown(request, "verify", this::verify))
        .onPageAsync(
            "POST",
            VERIFY,
            operation,
            request -> forms.posted(request, "verify", MailKind.VERIFY_EMAIL, this::verified))
        .onPageAsync(
            "GET", REFUSE, operation, request -> forms.shown(request, "refuse", this::refuse))
        .onPageAsync(
            "POST",
            REFUSE,
            operation,
            request -> forms.posted(request, "refuse", MailKind.VERIFY_EMAIL, this::refused))
        .onPageAsync("GET", RESET, operation, request -> forms.shown(request, "reset", this::reset))
        .onPageAsync("POST", RESET, Operation.RESET_PASSWORD, this::submitReset);
  }

  private LinkState state(ApiRequest request, MailKind kind, String token) {
    return links.state(request.call(), kind, token);
  }

  private ApiResponse verify(ApiRequest request, PageView view, String token) {
    var state = state(request, MailKind.VERIFY_EMAIL, token);
    if (state == LinkState.USED) {
      return view.message(200, PageView.Mark.DONE, "verify.done.title", "verify.link.USED.text");
    }
    if (state != LinkState.USABLE) {
      return view.unusable("verify", state);
    }
    var claim = verifications.claim(request.call(), token);
    boolean isOfNewAccount = claim.filter(MailboxClaim::isOfNewAccount).isPresent();
    var other =
        isOfNewAccount
            ? new PageView.Choice(
                view.texts().get("verify.not_me"),
                view.texts().get("verify.not_me.button"),
                REFUSE.substring(1))
            : PageView.Choice.NONE;
    return view.confirm("verify", token, false, facts(view, claim), other);
  }

  private ApiResponse verified(ApiRequest request, PageView view, String token) {
    var confirmed = verifications.confirmEmail(request.call(), token);
    return confirmed.endedSessions() > 0
        ? view.message(200, PageView.Mark.DONE, "verify.done.title", "verify.done.ended")
        : view.done("verify");
  }

  private ApiResponse refuse(ApiRequest request, PageView view, String token) {
    var state = state(request, MailKind.VERIFY_EMAIL, token);
    if (state != LinkState.USABLE) {
      return view.unusable("refuse", state);
    }
    var claim = verifications.claim(request.call(), token);
    boolean isOfNewAccount = claim.map(MailboxClaim::isOfNewAccount).orElse(true);
    String what = isOfNewAccount ? "refuse" : "refuse.change";
    return view.confirm(what, token, true, facts(view, claim), PageView.Choice.NONE);
  }

  private ApiResponse refused(ApiRequest request, PageView view, String token) {
    verifications.refuse(request.call(), token);
    return view.done("refuse");
  }

  /** Returns the origin of the account, as far as it is known. */
  private static List<PageView.Fact> facts(PageView view, Optional<MailboxClaim> claim) {
    var facts = new ArrayList<PageView.Fact>();
    String timezone = claim.map(MailboxClaim::timezone).orElse("");
    claim
        .flatMap(MailboxClaim::registration)
        .ifPresent(
            made -> {
              add(facts, view, "registration.time", view.time(made.createdAt(), timezone));
              add(facts, view, "registration.network", made.coarseNetwork());
              add(facts, view, "registration.device", made.device());
            });
    return facts;
  }

  private static void add(List<PageView.Fact> facts, PageView view, String key, String value) {
    if (!value.isEmpty()) {
      facts.add(new PageView.Fact(view.texts().get(key), value));
    }
  }

  private ApiResponse reset(ApiRequest request, PageView view, String token) {
    var state = state(request, MailKind.RESET_PASSWORD, token);
    return state == LinkState.USABLE
        ? view.password("reset", "?", token, List.of())
        : view.unusable("reset", state);
  }

  private CompletionStage<ApiResponse> submitReset(ApiRequest request) {
    var view = forms.view(request);
    Map<String, String> form = request.form();
    String token = form.getOrDefault(TokenForms.TOKEN, "");
    if (token.isEmpty()) {
      return ApiResponse.completed(view.incomplete());
    }
    String entered = form.getOrDefault("new_password", "");
    if (!entered.equals(form.getOrDefault("new_password_confirm", ""))) {
      return ApiResponse.completed(again(view, token, view.texts().get("weak.MISMATCH")));
    }
    try {
      return resets
          .resetAsync(request.call(), token, Password.parse(entered))
          .thenApply(nothing -> view.done("reset"))
          .exceptionallyCompose(failure -> notReset(request, view, token, failure));
    } catch (InvalidValueException weak) {
      return ApiResponse.completed(again(view, token, view.texts().get("weak." + weak.rule())));
    }
  }

  private static ApiResponse again(PageView view, String token, String... errors) {
    return view.password("reset", "?", token, List.of(errors));
  }

  private CompletionStage<ApiResponse> notReset(
      ApiRequest request, PageView view, String token, Throwable failure) {
    var errors =
        Stages.expected(failure).violations().stream()
            .filter(violation -> violation.field().equals("new_password"))
            .map(violation -> text(view, violation))
            .toArray(String[]::new);
    return errors.length == 0
        ? forms.failed(request, view, "reset", MailKind.RESET_PASSWORD, token, failure)
        : ApiResponse.completed(again(view, token, errors));
  }

  private static String text(PageView view, Violation violation) {
    return view.texts().find("weak." + violation.rule()).orElse(violation.message());
  }
}
