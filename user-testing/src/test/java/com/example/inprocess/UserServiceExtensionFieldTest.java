package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.UserServiceExtension;
import com.ecommerce.user.v1.ListUsersRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension in a field that is not static. */
class UserServiceExtensionFieldTest {
  private static InProcessUserService first;

  @RegisterExtension final UserServiceExtension users = new UserServiceExtension();

  @Test
  void service_isOfOneMethod(InProcessUserService service) {
    isEmpty(service);
  }

  @Test
  void service_isNotOfTwoMethods(InProcessUserService service) {
    isEmpty(service);
  }

  private static void isEmpty(InProcessUserService service) {
    assertNotNull(service);
    assertFalse(service == first);
    assertEquals(
        0, service.users().listUsers(ListUsersRequest.getDefaultInstance()).getUsersCount());
    service.newUser();
    first = service;
  }
}
