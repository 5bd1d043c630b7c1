package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.directory.DirectorySummary;
import com.ecommerce.user.core.health.HealthReport;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The first page of the console: the users by status, the recent activity, and the health. */
final class OverviewPage {
  private static final int DAYS = 14;

  /** The width of a bar of the chart, in units of the image. */
  private static final int BAR_WIDTH = 24;

  private static final int BAR_GAP = 8;
  private static final int HEIGHT = 120;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

  /** The age up to which figures are shown again, so that reloads do not load the database. */
  private static final Duration MAX_AGE = Duration.ofSeconds(10);

  private final UserCore core;
  private final ConsolePages console;

  /** The latest figures, under the only key. Callers that need them at the same time share them. */
  private final Cache<Integer, Figures> latest;

  /**
   * @param clock measures the age of figures
   */
  OverviewPage(UserCore core, ConsolePages console, Clock clock) {
    this.core = core;
    this.console = console;
    this.latest =
        Caffeine.newBuilder()
            .expireAfterWrite(MAX_AGE)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .build();
  }

  private record Figures(DirectorySummary summary, MailStatistics mails) {}

  void addTo(Routes routes) {
    routes.onSessionPage(
        "GET",
        ConsoleRoutes.HOME,
        Operation.LIST_USERS,
        request -> console.show(request, this::show));
  }

  private ApiResponse show(StaffRequest staff) {
    var figures = latest.get(DAYS, days -> figures(staff.call(), days));
    var summary = figures.summary();
    var mails = figures.mails();
    var values = staff.values();
    values.put("total", Labels.number(summary.users()));
    values.put("statuses", statuses(summary));
    values.put("roles", roles(summary));
    values.put("bars", bars(summary));
    values.put("first_day", DATE.format(summary.registrations().get(0).date()));
    values.put("last_day", DATE.format(summary.registrations().get(DAYS - 1).date()));
    values.put("chart_width", summary.registrations().size() * (BAR_WIDTH + BAR_GAP));
    values.put("chart_height", HEIGHT);
    values.put("registered", Labels.count(registered(summary), "registration"));
    values.put("is_estimate", summary.registrations().stream().anyMatch(d -> d.isEstimate()));
    values.put("figures", figures(summary));
    values.put("waiting", Labels.number(mails.waiting()));
    values.put("is_waiting", mails.waiting() > 0);
    values.put("oldest", Labels.count(mails.oldestAge().toMinutes(), "minute"));
    values.put("failed_mails", Labels.number(mails.failed()));
    values.put("has_failed_mails", mails.failed() > 0);
    var health = Stages.join(core.health().check());
    values.put("health", component("Service", health.status()));
    values.put(
        "components",
        health.components().entrySet().stream()
            .map(part -> component(Labels.words(part.getKey()), part.getValue()))
            .toList());
    return staff.page(200, Place.OVERVIEW, "Overview", "overview", values);
  }

  private Figures figures(RequestContext call, int days) {
    return new Figures(core.directory().summary(call, days), core.mailStatistics(call));
  }

  /** A number of users, with the query string of the list that shows them. */
  private record Tile(String name, String number, String query, String badge) {}

  private static List<Tile> statuses(DirectorySummary summary) {
    return Arrays.stream(UserStatus.values())
        .map(
            status ->
                new Tile(
                    Labels.words(status),
                    Labels.number(summary.statuses().getOrDefault(status, 0L)),
                    "status=" + Labels.lower(status),
                    Labels.badge(status)))
        .toList();
  }

  private static List<Tile> roles(DirectorySummary summary) {
    return Role.highestFirst(List.of(Role.values()))
        .map(
            role ->
                new Tile(
                    Labels.words(role),
                    Labels.number(summary.roles().getOrDefault(role, 0L)),
                    "role=" + Labels.lower(role),
                    ""))
        .toList();
  }

  private static long registered(DirectorySummary summary) {
    return summary.registrations().stream().mapToLong(DirectorySummary.Day::users).sum();
  }

  /** A bar of the chart, in units of the image. */
  private record Bar(String date, String users, int x, int y, int width, int height) {}

  private static List<Bar> bars(DirectorySummary summary) {
    var days = summary.registrations();
    long most = days.stream().mapToLong(DirectorySummary.Day::users).max().orElse(0);
    var bars = new Bar[days.size()];
    for (int i = 0; i < bars.length; i++) {
      var day = days.get(i);
      // A day without registrations is a thin line.
      int height = 2 + (int) (most == 0 ? 0 : (HEIGHT - 2) * day.users() / most);
      bars[i] =
          new Bar(
              DATE.format(day.date()),
              (day.isEstimate() ? "about " : "") + Labels.number(day.users()),
              i * (BAR_WIDTH + BAR_GAP) + BAR_GAP / 2,
              HEIGHT - height,
              BAR_WIDTH,
              height);
    }
    return List.of(bars);
  }

  private static List<Map.Entry<String, String>> figures(DirectorySummary summary) {
    return List.of(
        Map.entry("Users who signed in", limited(summary.signedIn())),
        Map.entry("Accounts with failed sign-ins", limited(summary.failedAccounts())));
  }

  private static String limited(long counted) {
    return Labels.number(counted) + (counted >= DirectorySummary.MAX_COUNTED ? "+" : "");
  }

  /** A part of the service, and its health. */
  private record Component(String name, String state, String badge) {}

  private static Component component(String name, HealthReport.Status status) {
    return new Component(name, Labels.words(status), badge(status));
  }

  private static String badge(HealthReport.Status status) {
    return switch (status) {
      case HEALTHY -> "badge-done";
      case DEGRADED -> "badge-waiting";
      case UNHEALTHY -> "badge-failed";
    };
  }
}
