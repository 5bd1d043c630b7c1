package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;

/**
 * Leads from {@code /} to the account, or to the documentation where there are no account pages.
 */
final class StartPage {
  private final String target;

  StartPage(PageSettings.Offer offer) {
    this.target = offer == PageSettings.Offer.ALL ? BrowserForms.ACCOUNT : "/docs";
  }

  void addTo(Routes routes) {
    routes.onAsync(
        "GET",
        "/",
        Operation.READ_DOCUMENT,
        request -> ApiResponse.completed(BrowserForms.redirect(target)));
  }
}
