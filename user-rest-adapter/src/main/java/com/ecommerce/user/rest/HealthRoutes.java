package com.ecommerce.user.rest;

import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.health.HealthReport;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** The route of the service's health. */
final class HealthRoutes {
  private final Health health;
  private final String buildVersion;

  HealthRoutes(Health health, String buildVersion) {
    this.health = health;
    this.buildVersion = buildVersion;
  }

  /** The answer of a health check. */
  private record HealthJson(
      String status,
      String service,
      String version,
      Map<String, String> components,
      Instant checkedAt) {}

  void addTo(Routes routes) {
    routes.openAsync("GET", "/api/health", this::check);
  }

  private CompletionStage<Reply> check(RestRequest request) {
    request.violations().throwIfAny();
    return health.check().thenApply(this::reply);
  }

  /** 503 takes an ill instance out of a load balancer. */
  private Reply reply(HealthReport report) {
    var components = new TreeMap<String, String>();
    report.components().forEach((name, status) -> components.put(name, Names.lower(status)));
    var json =
        new HealthJson(
            Names.lower(report.status()),
            "user-service",
            buildVersion,
            components,
            report.checkedAt());
    return Reply.json(report.status() == HealthReport.Status.UNHEALTHY ? 503 : 200, json);
  }
}
