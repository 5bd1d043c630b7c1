package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.server.grpc.events.UserEventGrpcService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests that every method is overridden, since others answer UNIMPLEMENTED. */
class EveryMethodTest {
  @Test
  void everyMethodOfTheContract_isOverridden() {
    assertEquals(23, UserServiceGrpc.getServiceDescriptor().getMethods().size());
    assertOverridden(UserServiceGrpc.getServiceDescriptor(), UserGrpcService.class);
    assertOverridden(AuthServiceGrpc.getServiceDescriptor(), AuthGrpcService.class);
    assertOverridden(UserAdminServiceGrpc.getServiceDescriptor(), UserAdminGrpcService.class);
    assertOverridden(UserEventServiceGrpc.getServiceDescriptor(), UserEventGrpcService.class);
  }

  private static void assertOverridden(ServiceDescriptor contract, Class<?> service) {
    Set<String> ofTheContract =
        contract.getMethods().stream()
            .map(MethodDescriptor::getBareMethodName)
            .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> overridden =
        Arrays.stream(service.getDeclaredMethods())
            .map(Method::getName)
            .filter(ofTheContract::contains)
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(ofTheContract, overridden);
  }
}
