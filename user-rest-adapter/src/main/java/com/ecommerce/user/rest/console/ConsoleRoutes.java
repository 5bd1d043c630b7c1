package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.BrowserArea;
import com.ecommerce.user.rest.page.PageRoutes;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.rest.page.SignInForm;
import java.time.Clock;
import java.util.random.RandomGenerator;

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
  private final RandomGenerator random;

  /**
   * @param workers the threads that end the sessions of users who may not use the console, and the
   *     ones that a new session replaces
   * @param clock measures the age of figures
   * @param random makes the keys of forms; must be thread-safe, need not be cryptographically
   *     secure
   */
  public ConsoleRoutes(
      UserCore core,
      PageRoutes pages,
      PageSettings.Console settings,
      Workers workers,
      Clock clock,
      RandomGenerator random) {
    this.core = core;
    this.pages = pages;
    this.settings = settings;
    this.workers = workers;
    this.clock = clock;
    this.random = random;
  }

  /** Adds the pages. */
  public void addTo(Routes routes) {
    var forms = pages.forms(BrowserArea.CONSOLE);
    new SignInForm(core, forms, workers).addTo(routes);
    new SetupPage(core, forms, settings.setupKey()).addTo(routes);
    var console = new ConsolePages(core, forms, random);
    new OverviewPage(core, console, clock).addTo(routes);
    new UserListPage(core, console).addTo(routes);
    var user = new UserPages(core, console);
    user.addTo(routes);
    new UserEditPage(core, console).addTo(routes);
    new BulkPages(core, console).addTo(routes);
    new ClientPages(core, console).addTo(routes);
    new UserActions(core, console, user).addTo(routes);
    var webhooks = new WebhookPages(core, console, clock);
    new WebhookEditPage(core, console, webhooks).addTo(routes);
    new WebhookActions(core, console, webhooks).addTo(routes);
    new WebhookDeliveryPages(core, console, webhooks).addTo(routes);
    webhooks.addTo(routes);
  }
}
