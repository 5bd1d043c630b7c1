package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import java.util.concurrent.CompletionStage;

/** Handles the requests of forms that contain the token of a mailed link. Thread-safe. */
final class TokenForms {
  static final String TOKEN = "token";

  private final PageRenderer renderer;
  private final Workers workers;

  TokenForms(PageRenderer renderer, Workers workers) {
    this.renderer = renderer;
    this.workers = workers;
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
    return answered(request, what, request.query(TOKEN).orElse(""), action);
  }

  /**
   * Responds to a posted form with a token.
   *
   * @param what the prefix of the texts
   */
  CompletionStage<ApiResponse> posted(ApiRequest request, String what, Action action) {
    return answered(request, what, request.form().getOrDefault(TOKEN, ""), action);
  }

  private CompletionStage<ApiResponse> answered(
      ApiRequest request, String what, String token, Action action) {
    var view = view(request);
    if (token.isEmpty()) {
      return ApiResponse.completed(view.incomplete());
    }
    return request
        .supply(workers, () -> action.run(request, view, token))
        .exceptionally(failure -> view.failed(what, Stages.expected(failure)));
  }
}
