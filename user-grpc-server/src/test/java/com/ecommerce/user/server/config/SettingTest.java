package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.server.transport.TransportLimits;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of settings against what reads it and against the defaults of the core. */
class SettingTest {
  private static final SettingReader NOTHING_SET = new SettingReader(Map.of(), Map.of());

  private static ServerSettings read(Setting setting, Object value) {
    return ServerSettings.read(Map.of(), Map.of(setting.variable(), value.toString()));
  }

  private static String problem(Setting setting, Object value) {
    return assertThrows(StartupException.class, () -> read(setting, value)).getMessage();
  }

  /** An embedder gets the same defaults as an operator, but cannot see this table. */
  @Test
  void defaults_areThoseOfTheCore() {
    var settings = ServerSettings.read(NOTHING_SET);

    assertEquals(TokenSettings.DEFAULT, settings.access().tokens());
    assertEquals(HashSettings.DEFAULT, settings.hashSettings());
    assertEquals(MailSettings.DEFAULT, settings.mail().content());
    assertEquals(RateLimitSettings.DEFAULT, settings.limits().rates());
    assertEquals(UserCore.Builder.defaultCacheBytes() >> 20, settings.cache().megabytes());
    assertEquals(TransportLimits.ofThisProcess(), settings.connections().transport());
  }

  @Test
  void defaults_areAccepted_andDoNotCountAsChanged() {
    var environment = new HashMap<String, String>();
    for (Setting setting : Setting.values()) {
      setting
          .type()
          .preset()
          .apply(NOTHING_SET)
          .ifPresent(preset -> environment.put(setting.variable(), preset));
    }

    // A port of metrics that is set must be free, and the other needs TLS_CLIENT_CA_FILE.
    environment.remove(Setting.METRICS_PORT.variable());
    environment.remove(Setting.TLS_CLIENT_AUTH.variable());

    assertEquals(ServerSettings.read(NOTHING_SET), ServerSettings.read(Map.of(), environment));
  }

  /** Returns all that is read, except for the list of what differs from the defaults. */
  private static Object effect(Map<String, String> environment) {
    try {
      var settings = ServerSettings.read(Map.of(), environment);
      var values = new ArrayList<Object>();
      for (RecordComponent component : ServerSettings.class.getRecordComponents()) {
        if (!component.getName().equals("changed")) {
          values.add(component.getAccessor().invoke(settings));
        }
      }
      return values;
    } catch (StartupException refused) {
      return refused.getMessage();
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void setting_hasAnEffect(Setting setting) {
    assertEquals(effect(Map.of()), effect(Map.of()));
    assertNotEquals(effect(Map.of()), effect(Map.of(setting.variable(), "nonsense")));
  }

  static Stream<Setting> numbers() {
    return Stream.of(Setting.values()).filter(setting -> setting.type().range().isPresent());
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void number_isReadWithinItsLimits(Setting setting) {
    var range = setting.type().range().orElseThrow();
    read(setting, range.min());
    read(setting, range.max());

    for (long outside : List.of(range.min() - 1L, range.max() + 1L)) {
      String problem = problem(setting, outside);
      assertTrue(problem.startsWith(setting.title() + ": " + outside), problem);
      assertTrue(problem.endsWith("from " + range.min() + " to " + range.max() + ")"), problem);
    }
  }

  static Stream<Setting> choices() {
    return Stream.of(Setting.values()).filter(setting -> !setting.type().names().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("choices")
  void choice_isReadByItsNames(Setting setting) {
    String names = String.join(", ", setting.type().names());

    assertTrue(
        problem(setting, "nonsense")
            .lines()
            .toList()
            .contains(setting.title() + ": nonsense (expected: one of " + names + ")"));
  }

  @Test
  void groups_areInOrder_soThatThePagesAreInTheOrderOfTheTable() {
    var groups = Stream.of(Setting.values()).map(Setting::group).toList();

    assertEquals(groups.stream().sorted().toList(), groups);
    assertEquals(List.of(Setting.Group.values()), groups.stream().distinct().toList());
  }

  @Test
  void secrets_canBeInFiles() {
    var secrets = Stream.of(Setting.values()).filter(setting -> setting.type().isSecret());

    assertEquals(
        Stream.of(Setting.values())
            .filter(setting -> setting.name().matches("(.*_URL|JWT_SECRET)_FILE"))
            .toList(),
        secrets.map(Setting::file).toList());
  }
}
