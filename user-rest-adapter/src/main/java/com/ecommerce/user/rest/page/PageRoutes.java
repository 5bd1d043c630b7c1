package com.ecommerce.user.rest.page;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.http.Routes;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** All HTML pages, with the files that they need. Thread-safe. */
public final class PageRoutes implements Routes.PageHandling {
  private final UserCore core;
  private final PageSettings pages;
  private final OpenApi openApi;
  private final Workers workers;
  private final PageAssets assets;
  private final PageRenderer renderer;
  private final Map<BrowserArea, BrowserSessions> sessions = new EnumMap<>(BrowserArea.class);

  /**
   * @param clock determines when sign-ins end
   * @throws IllegalArgumentException if a page template of the operator is wrong
   */
  public PageRoutes(
      UserCore core, RestSettings settings, PageSettings pages, Workers workers, Clock clock) {
    this.core = core;
    this.pages = pages;
    this.openApi = new OpenApi(settings.buildVersion(), settings.publicUrl());
    this.workers = workers;
    this.assets = new PageAssets(pages);
    this.renderer = new PageRenderer(pages, assets);
    for (BrowserArea area : BrowserArea.values()) {
      sessions.put(area, new BrowserSessions(core, workers, clock, settings, area));
    }
  }

  /** Returns the common behavior of the pages of an area. */
  public BrowserForms forms(BrowserArea area) {
    return new BrowserForms(renderer, sessions(area), area);
  }

  private BrowserSessions sessions(BrowserArea area) {
    return requireNonNull(sessions.get(area), "each area has sessions");
  }

  @Override
  public CompletionStage<ApiRequest> identify(ApiRequest request) {
    return sessions(BrowserArea.of(request.route().path())).identify(request);
  }

  @Override
  public ApiResponse failure(ApiRequest request, int status, Throwable failure) {
    return renderer.view(request).failure(status, failure);
  }

  /** Adds the pages that the settings choose. */
  public void addTo(Routes routes) {
    assets.addTo(routes);
    new StartPage(pages.offer()).addTo(routes);
    if (pages.offer() != PageSettings.Offer.NONE) {
      new LinkPages(core, renderer, workers).addTo(routes);
      new EmailChangePages(core, renderer, workers).addTo(routes);
    }
    if (pages.offer() == PageSettings.Offer.ALL) {
      var forms = forms(BrowserArea.ACCOUNT);
      new SignInPages(core, forms, workers).addTo(routes);
      new AccountPages(core, forms).addTo(routes);
    }
    new DocsRoutes(openApi, renderer).addTo(routes);
    pages.sentMails().ifPresent(mails -> new SentMailPages(mails, renderer).addTo(routes));
  }
}
