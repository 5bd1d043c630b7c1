package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.verification.EmailChanges;
import com.ecommerce.user.core.verification.LinkState;
import com.ecommerce.user.core.verification.MailedLinks;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.util.List;

/**
 * The pages on which the owner of a mailbox stops or undoes a change of the account's email. Like
 * the pages of {@link LinkPages}, they change nothing when they are opened. After undoing a change,
 * the user sets a new password.
 */
final class EmailChangePages {
  private static final String STOP = "/stop-email-change";
  private static final String UNDO = "/undo-email-change";

  private final EmailChanges changes;
  private final MailedLinks links;
  private final TokenForms forms;

  EmailChangePages(UserCore core, PageRenderer renderer, Workers workers) {
    this.changes = core.emailChanges();
    this.links = core.mailedLinks();
    this.forms = new TokenForms(renderer, workers, links);
  }

  void addTo(Routes routes) {
    var operation = Operation.CONFIRM_EMAIL_VERIFICATION;
    routes
        .onPageAsync(
            "GET", STOP, operation, request -> forms.shown(request, "stop", this::confirmStop))
        .onPageAsync(
            "POST",
            STOP,
            operation,
            request -> forms.posted(request, "stop", MailKind.EMAIL_CHANGE_PENDING, this::stop))
        .onPageAsync(
            "GET", UNDO, operation, request -> forms.shown(request, "undo", this::confirmUndo))
        .onPageAsync(
            "POST",
            UNDO,
            operation,
            request -> forms.posted(request, "undo", MailKind.EMAIL_CHANGED, this::undo));
  }

  private ApiResponse confirmStop(ApiRequest request, PageView view, String token) {
    var state = links.state(request.call(), MailKind.EMAIL_CHANGE_PENDING, token);
    return state == LinkState.USED ? view.done("stop") : confirm(view, "stop", state, token);
  }

  private ApiResponse confirmUndo(ApiRequest request, PageView view, String token) {
    var state = links.state(request.call(), MailKind.EMAIL_CHANGED, token);
    return confirm(view, "undo", state, token);
  }

  private static ApiResponse confirm(PageView view, String what, LinkState state, String token) {
    return state == LinkState.USABLE
        ? view.confirm(what, token, false, List.of(), PageView.Choice.NONE)
        : view.unusable(what, state);
  }

  private ApiResponse stop(ApiRequest request, PageView view, String token) {
    changes.stop(request.call(), token);
    return view.done("stop");
  }

  private ApiResponse undo(ApiRequest request, PageView view, String token) {
    var undone = changes.undo(request.call(), token);
    String action = view.root() + LinkPages.RESET.substring(1);
    return view.password("undo.done", action, undone.resetToken(), List.of());
  }
}
