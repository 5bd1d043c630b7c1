package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.TestUser;
import com.ecommerce.user.testing.UserServiceExtension;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.ValidateTokenRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.threeten.extra.MutableClock;

/** The extension with options. */
class UserServiceExtensionOptionsTest {
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
