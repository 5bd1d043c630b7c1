package com.ecommerce.user.server.grpc;

import com.ecommerce.common.v1.HealthCheckResponse;
import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.health.HealthReport;

/** Converts the core's health report to {@code common.v1}. */
final class HealthProtos {
  private HealthProtos() {}

  static HealthCheckResponse response(HealthReport report, String buildVersion) {
    var response =
        HealthCheckResponse.newBuilder()
            .setStatus(status(report.status()))
            .setVersion(buildVersion)
            .setCheckedAt(CommonProtos.timestamp(report.checkedAt()));
    report.components().forEach((name, status) -> response.putComponents(name, status(status)));
    return response.build();
  }

  private static HealthStatus status(HealthReport.Status status) {
    return switch (status) {
      case HEALTHY -> HealthStatus.HEALTH_STATUS_HEALTHY;
      case DEGRADED -> HealthStatus.HEALTH_STATUS_DEGRADED;
      case UNHEALTHY -> HealthStatus.HEALTH_STATUS_UNHEALTHY;
    };
  }
}
