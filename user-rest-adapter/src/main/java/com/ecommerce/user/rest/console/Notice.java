package com.ecommerce.user.rest.console;

import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.page.BrowserForms;
import java.util.Arrays;

/**
 * The messages that confirm a change. After a change, the browser is redirected to a page whose
 * query has the name of the message, so that reloading that page does not repeat the change.
 */
enum Notice {
  SAVED("The changes are saved."),
  SUSPENDED("The user is suspended and signed out everywhere."),
  BANNED("The user is banned and signed out everywhere."),
  DEACTIVATED("The account is deactivated."),
  REACTIVATED("The account is open again."),
  ROLES_CHANGED("The roles are changed."),
  VERIFICATION_SENT("A mail with a link to verify the email is on its way."),
  VERIFIED_ALREADY("The email is verified already, so no mail was sent."),
  RESET_SENT("A mail with a link to set a new password is on its way."),
  RESET_NOT_SENT(
      "No mail was sent: the account is closed, or its mailbox got such a mail within the last"
          + " minute, or five within the last hour."),
  READY_TO_EXPORT("Your password is confirmed. The export can be downloaded now."),
  SESSIONS_ENDED("The sessions are ended."),
  DELETED("The user is deleted."),
  CLIENT_DELETED("The client is deleted."),
  WEBHOOK_PAUSED("The endpoint is paused. Its events are kept for 30 days."),
  WEBHOOK_RESUMED("The endpoint is active. The events that waited are being sent."),
  WEBHOOK_DELETED("The endpoint is deleted."),
  EVENT_SENT_AGAIN("The event is being sent."),
  EVENTS_SENT_AGAIN("The events after the position are being queued.");

  private static final String PARAMETER = "done";

  private final String text;

  Notice(String text) {
    this.text = text;
  }

  /** Returns the text of the message that the query names; empty if it names none. */
  static String of(ApiRequest request) {
    String name = request.query(PARAMETER).orElse("");
    return Arrays.stream(values())
        .filter(notice -> Labels.lower(notice).equals(name))
        .map(notice -> notice.text)
        .findFirst()
        .orElse("");
  }

  /**
   * Returns a response that redirects the browser to a page, which shows this message.
   *
   * @param path the path, which may have a query
   */
  ApiResponse at(String path) {
    String separator = path.contains("?") ? "&" : "?";
    return BrowserForms.redirect(path + separator + PARAMETER + "=" + Labels.lower(this));
  }
}
