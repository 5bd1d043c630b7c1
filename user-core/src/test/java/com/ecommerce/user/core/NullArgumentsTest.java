package com.ecommerce.user.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.bulk.UserKeys;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.mail.LinkLifetimes;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.request.ClientInfo;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests that null arguments are refused with the name of the parameter, before anything else is
 * checked.
 */
class NullArgumentsTest {
  private static final UUID ID = UUID.fromString("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
  private static final Email EMAIL = Email.parse("ada@example.com");
  private static final DataSource NO_DATABASE = stub(DataSource.class);

  /** Types with public constructors, which embedders call. */
  private static final List<Class<?>> VALUES =
      List.of(
          AddressId.class,
          RequestContext.class,
          CertifiedServices.class,
          ClientInfo.class,
          CountryCode.class,
          DatabaseSettings.class,
          HashSettings.class,
          LogContext.class,
          Mail.class,
          MailSender.class,
          Brand.class,
          MailSettings.class,
          MethodLimits.class,
          PageRequest.class,
          PasswordHash.class,
          PasswordSettings.class,
          PasswordPolicy.Person.class,
          PreferenceSet.class,
          Rate.class,
          RateLimitSettings.class,
          SessionId.class,
          LinkLifetimes.class,
          TokenSettings.class,
          TraceParent.class,
          UserFilter.class,
          UserId.class,
          UserSearch.class,
          UserSort.class,
          Violation.class,
          WebhookId.class,
          WebhookPatch.class,
          WebhookSettings.class);

  private static final Map<Class<?>, Object> SAMPLES = samples();

  private static Map<Class<?>, Object> samples() {
    Map<Class<?>, Object> samples = new HashMap<>();
    for (Object sample :
        List.of(
            "a",
            ID,
            EMAIL,
            RequestContext.system(),
            RequestContext.system().actor(),
            ClientInfo.UNKNOWN,
            LogContext.NONE,
            new UserId(ID),
            new SessionId(ID),
            new AddressId(ID),
            Password.parse(TestUsers.PASSWORD),
            PasswordPolicy.Person.unknown(),
            PhoneNumber.parse("+442079460958"),
            TestUsers.aUser("ada@example.com"),
            TestAddresses.anAddress(AddressType.BOTH),
            user(),
            UserPatch.builder().build(),
            AddressPatch.builder().build(),
            PreferencePatch.builder().build(),
            UserFilter.ALL,
            UserSort.NEWEST_FIRST,
            new UserSearch("", UserFilter.ALL, Optional.empty(), Optional.empty()),
            new UserKeys(List.of(), List.of(), List.of()),
            PageRequest.FIRST,
            HashSettings.DEFAULT,
            TokenSettings.DEFAULT,
            LinkLifetimes.DEFAULT,
            RateLimitSettings.NONE,
            MethodLimits.NONE,
            MailSender.parse("ada@example.com"),
            new WebhookId(ID),
            new WebhookSettings(URI.create("https://shop.example"), Set.of(), ""),
            new WebhookPatch(Optional.empty(), Optional.empty(), Optional.empty()),
            new EventPosition(1, 1),
            Brand.NONE,
            Brand.NONE.color(),
            MailSettings.DEFAULT,
            PasswordSettings.DEFAULT,
            DatabaseSettings.DEFAULT,
            new Caller.User(new UserId(ID), Set.of(), new SessionId(ID)),
            new Violations(),
            Duration.ofSeconds(1),
            Instant.EPOCH)) {
      samples.put(sample.getClass(), sample);
    }
    samples.put(SecureRandom.class, new SecureRandom());
    samples.put(Clock.class, Clock.systemUTC());
    samples.put(Path.class, Path.of("."));
    samples.put(URI.class, URI.create("http://localhost"));
    samples.put(Caller.class, Caller.ANONYMOUS);
    samples.put(Optional.class, Optional.empty());
    samples.put(Set.class, Set.of());
    samples.put(List.class, List.of());
    samples.put(Map.class, Map.of());
    samples.put(int.class, 1);
    samples.put(long.class, 1L);
    samples.put(boolean.class, true);
    return samples;
  }

  private static User user() {
    return new User(
        new UserId(ID),
        EMAIL,
        Optional.empty(),
        "ada",
        "",
        "",
        Optional.empty(),
        "",
        UserStatus.ACTIVE,
        Set.of(Role.CUSTOMER),
        true,
        false,
        UserProfile.EMPTY,
        Audit.first(RequestContext.system().actor(), Instant.EPOCH),
        Optional.empty(),
        Optional.empty());
  }

  private static Object sample(Class<?> type) {
    if (SAMPLES.containsKey(type)) {
      return SAMPLES.get(type);
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    assertTrue(type.isInterface(), () -> "a sample of " + type + " is missing");
    return stub(type);
  }

  private static <T> T stub(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            NullArgumentsTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new IllegalStateException("called: " + method);
            }));
  }

  @TestFactory
  Stream<DynamicTest> constructor_ofAValue_refusesNull() {
    return VALUES.stream()
        .flatMap(type -> Arrays.stream(type.getConstructors()))
        .flatMap(constructor -> tests(constructor, constructor::newInstance));
  }

  @TestFactory
  Stream<DynamicTest> setter_ofABuilder_refusesNull() {
    return Stream.of(
            NewUser.builder(),
            UserPatch.builder(),
            UserPatch.builder().profile(),
            NewAddress.builder(),
            AddressPatch.builder(),
            AddressPatch.builder().postalAddress(),
            PreferencePatch.builder(),
            UserCore.builder(NO_DATABASE))
        .flatMap(NullArgumentsTest::tests);
  }

  @TestFactory
  Stream<DynamicTest> with_ofSettings_refusesNull() {
    return Stream.of(
            DatabaseSettings.DEFAULT,
            MailSettings.DEFAULT,
            PasswordSettings.DEFAULT,
            TokenSettings.DEFAULT)
        .flatMap(
            settings ->
                Arrays.stream(settings.getClass().getMethods())
                    .filter(method -> method.getName().startsWith("with"))
                    .flatMap(
                        method -> tests(method, arguments -> method.invoke(settings, arguments))));
  }

  @TestFactory
  Stream<DynamicTest> factory_ofABuilder_refusesNull() {
    return Stream.of(
            NewUser.class, UserPatch.class, NewAddress.class, AddressPatch.class, UserCore.class)
        .flatMap(type -> statics(type).filter(method -> method.getName().equals("builder")))
        .flatMap(method -> tests(method, arguments -> method.invoke(null, arguments)));
  }

  @TestFactory
  Stream<DynamicTest> useCase_refusesNull() {
    var core = UserCore.builder(NO_DATABASE).build();
    return Stream.of(
            core.users(),
            core.directory(),
            core.addresses(),
            core.preferences(),
            core.passwords(),
            core.emailVerifications(),
            core.passwordResets(),
            core.emailChanges(),
            core.sessions(),
            core.serviceClients(),
            core.webhooks(),
            core.rateLimits())
        .flatMap(NullArgumentsTest::tests)
        .onClose(core::close);
  }

  @TestFactory
  Stream<DynamicTest> access_refusesNull() {
    return statics(Access.class)
        .flatMap(method -> tests(method, arguments -> method.invoke(null, arguments)));
  }

  private interface Invocation {
    Object with(Object... arguments) throws ReflectiveOperationException;
  }

  private static Stream<Method> statics(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> Modifier.isPublic(method.getModifiers()));
  }

  private static Stream<DynamicTest> tests(Object target) {
    return Stream.<Class<?>>iterate(
            target.getClass(), type -> type != Object.class, Class::getSuperclass)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !method.isBridge() && !Modifier.isStatic(method.getModifiers()))
        .filter(NullArgumentsTest::isForEmbedders)
        .flatMap(method -> tests(method, arguments -> method.invoke(target, arguments)));
  }

  /** Methods that take a transaction are for the core's own features. */
  private static boolean isForEmbedders(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .noneMatch(type -> type == Handle.class || type.getName().contains(".internal."));
  }

  private static Stream<DynamicTest> tests(Executable executable, Invocation invocation) {
    var parameters = executable.getParameters();
    return Stream.iterate(0, i -> i < parameters.length, i -> i + 1)
        .filter(i -> !parameters[i].getType().isPrimitive())
        .map(
            i ->
                DynamicTest.dynamicTest(
                    executable.getDeclaringClass().getSimpleName()
                        + "."
                        + executable.getName()
                        + " "
                        + parameters[i].getName(),
                    () -> assertRefused(parameters, i, invocation)));
  }

  private static void assertRefused(Parameter[] parameters, int index, Invocation invocation)
      throws ReflectiveOperationException {
    Object[] arguments =
        Arrays.stream(parameters).map(parameter -> sample(parameter.getType())).toArray();
    arguments[index] = null;
    try {
      invocation.with(arguments);
      fail("null was accepted");
    } catch (InvocationTargetException failed) {
      assertEquals(NullPointerException.class, failed.getCause().getClass());
      assertEquals(parameters[index].getName(), failed.getCause().getMessage());
    }
  }
}
