package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.TestUser;
import com.ecommerce.user.testing.UserServiceExtension;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceFutureStub;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceStub;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceFutureStub;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceStub;
import com.ecommerce.user.v1.ValidateTokenRequest;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.threeten.extra.MutableClock;

/** The extension as another project's tests use it, from outside its packages. */
class UserServiceExtensionTest {
  @Nested
  @ExtendWith(UserServiceExtension.class)
  class WithDefaults {
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

    @Nested
    class WithinAnotherClass {
      @Test
      void service_isThatOfTheOuterClass(InProcessUserService service) {
        assertSame(ofTheClass, service);
      }
    }
  }

  @Nested
  class WithOptions {
    static final MutableClock CLOCK =
        MutableClock.of(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);

    @RegisterExtension
    static final UserServiceExtension USERS =
        UserServiceExtension.with(options -> options.clock(CLOCK).requireAuthentication());

    @Test
    void calls_needATokenWithTheRight(InProcessUserService service, UserServiceBlockingStub users) {
      TestUser ada = service.newUser();
      TestUser admin = service.newAdmin();
      var getAda = GetUserRequest.newBuilder().setUserId(ada.id()).build();
      var getAdmin = GetUserRequest.newBuilder().setUserId(admin.id()).build();

      assertEquals(
          ada.user().getEmail(), ada.authenticate(users).getUser(getAda).getUser().getEmail());
      assertEquals(ada.id(), admin.authenticate(users).getUser(getAda).getUser().getId());
      assertEquals(List.of(UserRole.USER_ROLE_ADMIN), admin.user().getRolesList());
      assertFails(Code.UNAUTHENTICATED, () -> users.getUser(getAda));
      assertFails(Code.PERMISSION_DENIED, () -> ada.authenticate(users).getUser(getAdmin));
    }

    @Test
    void tokens_expireByTheClock(InProcessUserService service, AuthServiceBlockingStub auth) {
      var request =
          ValidateTokenRequest.newBuilder().setAccessToken(service.newUser().accessToken()).build();
      var admin = service.newAdmin();
      assertTrue(admin.authenticate(auth).validateToken(request).getValid());

      CLOCK.add(Duration.ofDays(1));

      var later = service.newAdmin();
      assertFalse(later.authenticate(auth).validateToken(request).getValid());
    }

    private static void assertFails(Code expected, Runnable call) {
      var failure = assertThrows(StatusRuntimeException.class, call::run);
      assertEquals(expected, failure.getStatus().getCode());
    }
  }

  @Nested
  class OfAField {
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
}
