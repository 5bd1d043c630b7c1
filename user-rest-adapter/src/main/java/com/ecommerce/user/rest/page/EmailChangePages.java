package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.verification.EmailChanges;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The pages on which the owner of a mailbox stops or undoes a change of the account's email. Like
 * the pages of {@link LinkPages}, they change nothing when they are opened. After undoing a change,
 * the user sets a new password.
 */
public final class EmailChangePages {
  private static final String STOP = "/stop-email-change";
  private static final String UNDO = "/undo-email-change";

  private final EmailChanges changes;
  private final Workers workers;
  private final String resetAction;

  /**
   * @param publicPath the prefix of this API's paths that clients see; may be empty
   */
  public EmailChangePages(UserCore core, Workers workers, String publicPath) {
    this.changes = core.emailChanges();
    this.workers = workers;
    this.resetAction = publicPath + LinkPages.RESET;
  }

  public void addTo(Routes routes) {
    routes
        .onAsync(
            "GET", STOP, Operation.READ_DOCUMENT, request -> LinkPages.shown(request, form("stop")))
        .onAsync(
            "POST",
            STOP,
            Operation.CONFIRM_EMAIL_VERIFICATION,
            request -> submitted(request, "stop", this::stop))
        .onAsync(
            "GET", UNDO, Operation.READ_DOCUMENT, request -> LinkPages.shown(request, form("undo")))
        .onAsync(
            "POST",
            UNDO,
            Operation.CONFIRM_EMAIL_VERIFICATION,
            request -> submitted(request, "undo", this::undo));
  }

  private static LinkPages.Form form(String what) {
    return (texts, token) -> LinkPages.buttonForm(texts, what, token);
  }

  @FunctionalInterface
  private interface Action {
    ApiResponse run(RequestContext call, PageTexts texts, String token);
  }

  private CompletionStage<ApiResponse> submitted(ApiRequest request, String what, Action action) {
    var texts = LinkPages.texts(request);
    String token = request.form().getOrDefault(LinkPages.TOKEN, "");
    if (token.isEmpty()) {
      return CompletableFuture.completedStage(LinkPages.incomplete(texts));
    }
    return request
        .supply(workers, () -> action.run(request.call(), texts, token))
        .exceptionally(failure -> LinkPages.failed(texts, what, LinkPages.expected(failure)));
  }

  private ApiResponse stop(RequestContext call, PageTexts texts, String token) {
    changes.stop(call, token);
    return LinkPages.done(texts, "stop");
  }

  private ApiResponse undo(RequestContext call, PageTexts texts, String token) {
    var undone = changes.undo(call, token);
    return LinkPages.resetForm(
        200, texts, "undo.done", resetAction, undone.resetToken(), List.of());
  }
}
