package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthGrpcTest {
  private TestService service;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private ServingStatus check(String name) {
    var request = HealthCheckRequest.newBuilder().setService(name).build();
    return HealthGrpc.newBlockingStub(service.channel()).check(request).getStatus();
  }

  @Test
  void healthCheck_tellsEveryPartTheVersionAndTheTime() {
    var health = service.users().healthCheck(Empty.getDefaultInstance());

    assertEquals(HealthStatus.HEALTH_STATUS_HEALTHY, health.getStatus());
    assertEquals(Map.of("database", HealthStatus.HEALTH_STATUS_HEALTHY), health.getComponentsMap());
    assertTrue(health.getVersion().matches("\\d+\\.\\d+\\.\\d+.*"), health.getVersion());
    assertEquals(service.clock().instant(), CommonProtos.instant(health.getCheckedAt()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "user.v1.UserService"})
  void grpcHealth_reportsTheServerAndItsServices(String name) {
    assertEquals(ServingStatus.SERVING, check(name));
  }

  @Test
  void grpcHealth_knowsNoOtherService() {
    assertFails(Code.NOT_FOUND, "NOT_FOUND", () -> check("no.such.Service"));
  }
}
