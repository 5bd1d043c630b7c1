package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.rest.http.Routes;

/**
 * The pages with which users look after their own account, for shops without pages of their own.
 */
final class AccountPages {
  private final ProfilePages profile;
  private final AddressPages addresses;
  private final AccountSettingPages settings;

  AccountPages(UserCore core, BrowserForms forms) {
    profile = new ProfilePages(core, forms);
    addresses = new AddressPages(core, forms);
    settings = new AccountSettingPages(core, forms);
  }

  void addTo(Routes routes) {
    profile.addTo(routes);
    addresses.addTo(routes);
    settings.addTo(routes);
  }
}
