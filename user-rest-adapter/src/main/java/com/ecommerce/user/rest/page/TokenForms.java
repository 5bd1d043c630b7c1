package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.verification.LinkState;
import com.ecommerce.user.core.verification.MailedLinks;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import java.util.concurrent.CompletionStage;

/** Handles the requests of forms that contain the token of a mailed link. Thread-safe. */
final class TokenForms {
  static final String TOKEN = "token";

  private final PageRenderer renderer;
  private final Workers workers;
  private final MailedLinks links;

  TokenForms(PageRenderer renderer, Workers workers, MailedLinks links) {
    this.renderer = renderer;
    this.workers = workers;
    this.links = links;
  }

  /** Creates the response to a request with a token; may block. */
  @FunctionalInterface
  interface Action {
    ApiResponse run(ApiRequest request, PageView view, String token);
  }

  PageView view(ApiRequest request) {
    return renderer.view(request);
  }

  /**
   * Responds to a request whose token is in the URL.
   *
   * @param what the prefix of the texts
   */
  CompletionStage<ApiResponse> shown(ApiRequest request, String what, Action action) {
    var view = view(request);
    return answered(request, view, request.query(TOKEN).orElse(""), action)
        .exceptionally(failure -> view.failed(what, Stages.expected(failure)));
  }

  /**
   * Responds to a posted form with a token.
   *
   * @param what the prefix of the texts
   * @param kind the kind of the mail that the token was in
   */
  CompletionStage<ApiResponse> posted(
      ApiRequest request, String what, MailKind kind, Action action) {
    var view = view(request);
    String token = request.form().getOrDefault(TOKEN, "");
    return answered(request, view, token, action)
        .exceptionallyCompose(failure -> failed(request, view, what, kind, token, failure));
  }

  private CompletionStage<ApiResponse> answered(
      ApiRequest request, PageView view, String token, Action action) {
    return token.isEmpty()
        ? ApiResponse.completed(view.incomplete())
        : request.supply(workers, () -> action.run(request, view, token));
  }

  /**
   * Answers the failure of a posted form. If the link cannot be used, the page is the one that
   * opening the link shows.
   */
  CompletionStage<ApiResponse> failed(
      ApiRequest request,
      PageView view,
      String what,
      MailKind kind,
      String token,
      Throwable failure) {
    var expected = Stages.expected(failure);
    boolean isAboutLink =
        expected.kind() == ErrorKind.INVALID_ARGUMENT || expected.kind() == ErrorKind.NOT_FOUND;
    return isAboutLink
        ? request.supply(workers, () -> unusable(request, view, what, kind, token))
        : ApiResponse.completed(view.failed(what, expected));
  }

  private ApiResponse unusable(
      ApiRequest request, PageView view, String what, MailKind kind, String token) {
    var state = links.state(request.call(), kind, token);
    // A link that was refused without being over is outdated by a change of the account.
    return view.unusable(what, state == LinkState.USABLE ? LinkState.REPLACED : state);
  }
}
