package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.health.HealthReport;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** The route of the service's health. */
public final class HealthRoutes {
  private final Health health;
  private final String buildVersion;

  public HealthRoutes(Health health, String buildVersion) {
    this.health = health;
    this.buildVersion = buildVersion;
  }

  /** The response of a health check. */
  private record HealthJson(
      String status,
      String service,
      String version,
      Map<String, String> components,
      Instant checkedAt) {}

  public void addTo(Routes routes) {
    routes.onAsync("GET", "/api/health", Operation.HEALTH_CHECK, this::check);
  }

  private CompletionStage<ApiResponse> check(ApiRequest request) {
    request.violations().throwIfAny();
    return health.check().thenApply(this::reply);
  }

  /** Returns the response; status 503 makes load balancers avoid an unhealthy instance. */
  private ApiResponse reply(HealthReport report) {
    var components = new TreeMap<String, String>();
    report.components().forEach((name, status) -> components.put(name, NameParser.lower(status)));
    var json =
        new HealthJson(
            NameParser.lower(report.status()),
            "user-service",
            buildVersion,
            components,
            report.checkedAt());
    return ApiResponse.json(report.status() == HealthReport.Status.UNHEALTHY ? 503 : 200, json);
  }
}
