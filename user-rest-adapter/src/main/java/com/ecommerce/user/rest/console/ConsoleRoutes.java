package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.BrowserArea;
import com.ecommerce.user.rest.page.PageRoutes;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.rest.page.SignInForm;
import java.time.Clock;

/**
 * The console: pages in which admins and support look after users. They perform the operations of
 * the core with the rights of the REST API, and keep no state except the session. Thread-safe.
 */
public final class ConsoleRoutes {
  static final String HOME = BrowserArea.CONSOLE.home();

  private final UserCore core;
  private final PageRoutes pages;
  private final PageSettings.Console settings;
  private final Workers workers;
  private final Clock clock;

  /**
   * @param workers the threads that end the sessions of users who may not use the console, and the
   *     ones that a new session replaces
   * @param clock measures the age of figures
   */
  public ConsoleRoutes(
      UserCore core,
      PageRoutes pages,
      PageSettings.Console settings,
      Workers workers,
      Clock clock) {
    this.core = core;
    this.pages = pages;
    this.settings = settings;
    this.workers = workers;
    this.clock = clock;
  }

  /** Adds the pages. */
  public void addTo(Routes routes) {
    var forms = pages.forms(BrowserArea.CONSOLE);
    new SignInForm(core, forms, workers).addTo(routes);
    new SetupPage(core, forms, settings.setupKey()).addTo(routes);
    var console = new ConsolePages(core, forms);
    new OverviewPage(core, console, clock).addTo(routes);
    new UserListPage(core, console).addTo(routes);
    var user = new UserPages(core, console);
    user.addTo(routes);
    new UserEditPage(core, console).addTo(routes);
    new BulkPages(core, console).addTo(routes);
    new ClientPages(core, console).addTo(routes);
    new UserActions(core, console, user).addTo(routes);
  }
}
