package com.ecommerce.user.core.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenCheck;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private static final String HOME = "203.0.113.7/32";
  private static final String OFFICE = "198.51.100.7/32";
  private static final Map<Operation, Rate> PRESETS = MethodLimits.presets(10);
  private static final Caller SERVICE = new Caller.Service("shop");

  private final MutableClock clock = MutableClock.atNoon();

  private RateLimits limits(int perSecond, String methods) {
    var local = new LocalBuckets(clock);
    var perCaller =
        perSecond == 0
            ? Optional.<Rate>empty()
            : Optional.of(Rate.perSecond(perSecond, Rate.usualBurst(perSecond)));
    var settings = new RateLimitSettings(perCaller, MethodLimits.parse(methods));
    return new RateLimits(settings, PRESETS, local, local);
  }

  private static Caller user(Role... roles) {
    return new Caller.User(
        new UserId(UUID.randomUUID()), Set.of(roles), new SessionId(UUID.randomUUID()));
  }

  private static Admission admit(RateLimits limits, Caller caller, Operation method) {
    return admit(limits, caller, HOME, method);
  }

  private static Admission admit(
      RateLimits limits, Caller caller, String network, Operation method) {
    return limits.admit(caller, network, method).toCompletableFuture().join();
  }

  private static int granted(RateLimits limits, Caller caller, Operation method, int calls) {
    int granted = 0;
    for (int i = 0; i < calls; i++) {
      granted += admit(limits, caller, method).refusal().isEmpty() ? 1 : 0;
    }
    return granted;
  }

  @Test
  void caller_isTheTokensSubjectElseTheNetwork() {
    var limits = limits(1, "none");
    var ada = user(Role.CUSTOMER);
    assertEquals(2, granted(limits, ada, Operation.GET_USER, 3));
    assertEquals(
        Optional.of(ErrorReason.RATE_LIMITED),
        reason(admit(limits, ada, OFFICE, Operation.LIST_USERS)),
        "all methods and networks of a user count together");
    assertEquals(2, granted(limits, user(Role.CUSTOMER), Operation.GET_USER, 3));
    assertEquals(2, granted(limits, SERVICE, Operation.GET_USER, 3));
    assertEquals(2, granted(limits, Caller.ANONYMOUS, Operation.GET_USER, 3));
    assertEquals(
        Optional.empty(), reason(admit(limits, Caller.ANONYMOUS, OFFICE, Operation.GET_USER)));
  }

  @Test
  void usersOfANetwork_haveTenTimesWhatOneHas() {
    var limits = limits(1, "none");
    int granted = 0;
    for (int i = 0; i < 30; i++) {
      granted += granted(limits, user(Role.CUSTOMER), Operation.GET_USER, 1);
    }
    assertEquals(20, granted);
    assertEquals(
        Optional.empty(), reason(admit(limits, user(Role.CUSTOMER), OFFICE, Operation.GET_USER)));
    assertEquals(2, granted(limits, user(Role.ADMIN), Operation.GET_USER, 3));
  }

  @Test
  void manyAccountsOfOneNetwork_haveWhatOneHas() {
    var limits = limits(0, "SearchUsers=1/s:3");
    int granted = 0;
    for (int i = 0; i < 5; i++) {
      granted += granted(limits, user(Role.SUPPORT), Operation.SEARCH_USERS, 1);
    }
    assertEquals(3, granted);
    assertEquals(0, granted(limits, Caller.ANONYMOUS, Operation.SEARCH_USERS, 1));
    assertEquals(
        Optional.empty(),
        reason(admit(limits, user(Role.SUPPORT), OFFICE, Operation.SEARCH_USERS)));
  }

  @Test
  void userWhoIsRefused_takesNothingFromTheNetwork() {
    var limits = limits(0, "SearchUsers=1/s:3");
    var ada = user(Role.SUPPORT);
    admit(limits, ada, OFFICE, Operation.SEARCH_USERS);
    admit(limits, ada, OFFICE, Operation.SEARCH_USERS);
    assertEquals(1, granted(limits, ada, Operation.SEARCH_USERS, 10));
    assertEquals(2, granted(limits, user(Role.SUPPORT), Operation.SEARCH_USERS, 10));
  }

  @Test
  void usersOfATrustedGateway_countForThemselvesAlone() {
    var limits = limits(0, "SearchUsers=1/s:3").trusting();
    assertEquals(3, granted(limits, user(Role.SUPPORT), Operation.SEARCH_USERS, 5));
    assertEquals(3, granted(limits, user(Role.SUPPORT), Operation.SEARCH_USERS, 5));
  }

  @Test
  void result_isThatOfTheNarrowerCount() {
    var limits = limits(0, "SearchUsers=1/s:3");
    admit(limits, user(Role.SUPPORT), Operation.SEARCH_USERS);
    var admission = admit(limits, user(Role.SUPPORT), Operation.SEARCH_USERS);
    assertEquals(List.of(1L), admission.results().stream().map(LimitResult::remaining).toList());
  }

  private static Optional<ErrorReason> reason(Admission admission) {
    try {
      admission.throwIfRefused();
      return Optional.empty();
    } catch (UserServiceException refused) {
      assertTrue(refused.retryAfter().orElseThrow().toMillis() > 0);
      return Optional.of(refused.reason());
    }
  }

  @Test
  void method_countsBesideTheCallersLimit() {
    var limits = limits(10, "Login=1/s:3");
    var ada = user();
    assertEquals(3, granted(limits, ada, Operation.LOGIN, 5));
    assertEquals(15, granted(limits, ada, Operation.GET_USER, 30), "20 without the 5 logins");
    var refused = admit(limits, ada, Operation.LOGIN);
    assertEquals(List.of("caller"), refused.results().stream().map(LimitResult::limit).toList());
    clock.advance(Duration.ofSeconds(1));
    var granted = admit(limits, ada, Operation.LOGIN);
    assertEquals(
        List.of("caller", "Login"), granted.results().stream().map(LimitResult::limit).toList());
    assertEquals(3, limits.refusals(Operation.LOGIN));
    assertEquals(15, limits.refusals(Operation.GET_USER));
  }

  @Test
  void presets_spareWhoCallsForManyAndAreHigherForTrustedTransports() {
    var limits = limits(0, "Login=10/s");
    int burst = PRESETS.get(Operation.SEARCH_USERS).burst();
    var search = Operation.SEARCH_USERS;
    assertEquals(burst, granted(limits, user(Role.SUPPORT), search, burst + 5));
    assertEquals(0, granted(limits, Caller.ANONYMOUS, search, 5), "the network's count");
    assertEquals(burst + 5, granted(limits, user(Role.ADMIN), search, burst + 5));
    assertEquals(burst + 5, granted(limits, SERVICE, search, burst + 5));
    var trusting = limits(0, "Login=10/s").trusting();
    int higher = burst * RateLimits.TRUSTED_FACTOR;
    assertEquals(higher, granted(trusting, Caller.ANONYMOUS, search, higher + 5));
  }

  @Test
  void whatWasChosen_holdsForEveryoneOnEveryTransport() {
    var limits = limits(0, "SearchUsers=1/s:2");
    var search = Operation.SEARCH_USERS;
    assertEquals(2, granted(limits, SERVICE, search, 5));
    assertEquals(2, granted(limits, user(Role.ADMIN), search, 5));
    assertEquals(2, granted(limits.trusting(), Caller.ANONYMOUS, search, 5));
    assertEquals(0, granted(limits, Caller.ANONYMOUS, search, 5), "the same bucket");
    assertEquals(14, limits.trusting().refusals(search), "the same count");
  }

  @Test
  void nothing_isAskedWhereNothingHolds() {
    var limits = limits(0, "none");
    assertFalse(limits.isAny());
    var admission = admit(limits, Caller.ANONYMOUS, Operation.LOGIN);
    assertEquals(Admission.UNLIMITED, admission);
    assertTrue(limits(1, "none").isAny());
    assertTrue(limits(0, "GetUser=1/s").isAny());
  }

  @Test
  void badTokens_closeTheNetworkForTokensUnseen() {
    var limits = limits(0, "BadToken=1/s:2");
    var looks = new AtomicInteger();
    CompletionStage<Caller> bad =
        CompletableFuture.failedStage(
            UserServiceException.of(ErrorReason.CREDENTIALS_INVALID, "no token"));
    for (int i = 0; i < 2; i++) {
      assertEquals(ErrorReason.CREDENTIALS_INVALID, failure(limits, HOME, looks, bad));
    }
    assertEquals(ErrorReason.RATE_LIMITED, failure(limits, HOME, looks, bad));
    assertEquals(2, looks.get());
    assertEquals(1, limits.refusals(Operation.BAD_TOKEN));
    assertEquals(ErrorReason.CREDENTIALS_INVALID, failure(limits, OFFICE, looks, bad));

    clock.advance(Duration.ofSeconds(1));
    CompletionStage<Caller> good = CompletableFuture.completedStage(SERVICE);
    for (int i = 0; i < 5; i++) {
      assertEquals(SERVICE, Stages.join(limits.authenticate(HOME, () -> good)));
    }
    CompletionStage<Caller> outage =
        CompletableFuture.failedStage(
            UserServiceException.of(ErrorReason.DATABASE_UNAVAILABLE, "away"));
    for (int i = 0; i < 5; i++) {
      assertEquals(ErrorReason.DATABASE_UNAVAILABLE, failure(limits, HOME, looks, outage));
    }
    assertEquals(ErrorReason.CREDENTIALS_INVALID, failure(limits, HOME, looks, bad));
  }

  @Test
  void badTokens_leaveTheNetworkOpenForVerifiedOnes() {
    var limits = limits(0, "BadToken=1/s:1");
    CompletionStage<Caller> bad =
        CompletableFuture.failedStage(
            UserServiceException.of(ErrorReason.CREDENTIALS_INVALID, "no token"));
    var looks = new AtomicInteger();
    failure(limits, HOME, looks, bad);
    assertEquals(ErrorReason.RATE_LIMITED, failure(limits, HOME, looks, bad));

    var verified =
        new TokenCheck() {
          @Override
          public CompletionStage<Caller> find() {
            return CompletableFuture.completedStage(SERVICE);
          }

          @Override
          public boolean isVerified() {
            return true;
          }
        };

    assertEquals(SERVICE, Stages.join(limits.authenticate(HOME, verified)));
    assertEquals(ErrorReason.RATE_LIMITED, failure(limits, HOME, looks, bad));
  }

  private static ErrorReason failure(
      RateLimits limits, String network, AtomicInteger looks, CompletionStage<Caller> answer) {
    return assertThrows(
            UserServiceException.class,
            () ->
                Stages.join(
                    limits.authenticate(
                        network,
                        () -> {
                          looks.incrementAndGet();
                          return answer;
                        })))
        .reason();
  }
}
