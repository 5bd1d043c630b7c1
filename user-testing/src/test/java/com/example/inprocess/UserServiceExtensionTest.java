package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.UserServiceExtension;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceFutureStub;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceStub;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceFutureStub;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceStub;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The extension as another project's tests use it, from outside its packages. */
@ExtendWith(UserServiceExtension.class)
class UserServiceExtensionTest {
  private static InProcessUserService ofTheClass;

  @BeforeAll
  static void keep(InProcessUserService service) {
    ofTheClass = service;
  }

  @Test
  void parameters_areOfTheServiceOfTheClass(
      InProcessUserService service,
      Channel channel,
      ManagedChannel managed,
      UserServiceBlockingStub users,
      UserServiceFutureStub usersLater,
      UserServiceStub usersAsync,
      AuthServiceBlockingStub auth,
      AuthServiceFutureStub authLater,
      AuthServiceStub authAsync) {
    assertSame(ofTheClass, service);
    assertSame(service.channel(), channel);
    assertSame(service.channel(), managed);
    for (var stub : List.of(users, usersLater, usersAsync, auth, authLater, authAsync)) {
      assertSame(channel, stub.getChannel());
    }
  }

  @Test
  void service_hasADatabaseOfItsOwn(InProcessUserService service, UserServiceBlockingStub users) {
    var ada = service.newUser();

    var all = users.listUsers(ListUsersRequest.getDefaultInstance()).getUsersList();

    assertEquals(List.of(ada.id()), all.stream().map(user -> user.getId()).toList());
  }
}
