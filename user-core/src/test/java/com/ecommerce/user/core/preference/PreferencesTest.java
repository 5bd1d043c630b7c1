package com.ecommerce.user.core.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreferencesTest {
  private static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  private TestDatabase database;
  private TestCore testCore;
  private Users users;
  private Preferences preferences;
  private UserId ada;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database);
    users = testCore.core().users();
    preferences = testCore.core().preferences();
  }

  @AfterAll
  void stop() {
    testCore.close();
  }

  @BeforeEach
  void createAda() {
    ada = users.create(CALL, TestUsers.aUser(UUID.randomUUID() + "@example.com")).id();
  }

  @Test
  void get_neverChosen_isTheDefault() {
    assertEquals(PreferenceSet.DEFAULT, preferences.get(CALL, ada));
  }

  /** Each preference is set alone, so that a confusion of two of them would be noticed. */
  @ParameterizedTest
  @EnumSource
  void update_setsOneAndKeepsTheOthers(Preference preference) {
    boolean wanted = !preference.isOnByDefault();
    var expected = EnumSet.copyOf(PreferenceSet.DEFAULT.on());
    if (wanted) {
      expected.add(preference);
    } else {
      expected.remove(preference);
    }

    var updated = preferences.update(CALL, ada, patch(preference, wanted));

    assertEquals(new PreferenceSet(expected), updated);
    assertEquals(updated, preferences.get(CALL, ada));
    assertEquals(List.of("preferences.updated " + preference.path()), events());
  }

  @Test
  void update_again_changesWhatWasChosen() {
    preferences.update(CALL, ada, patch(Preference.EMAIL_NEWSLETTER, true));
    var patch =
        PreferencePatch.builder()
            .set(Preference.EMAIL_NEWSLETTER, false)
            .set(Preference.SMS_ENABLED, true)
            .set(Preference.PUSH_ENABLED, false)
            .build();

    var updated = preferences.update(CALL, ada, patch);

    assertFalse(updated.isOn(Preference.EMAIL_NEWSLETTER));
    assertTrue(updated.isOn(Preference.SMS_ENABLED));
    assertEquals(updated, preferences.get(CALL, ada));
    assertEquals(
        List.of(
            "preferences.updated email.newsletter",
            "preferences.updated email.newsletter,sms.enabled"),
        events());
  }

  @Test
  void update_thatChangesNothing_logsNothing() {
    preferences.update(CALL, ada, PreferencePatch.builder().build());
    preferences.update(CALL, ada, patch(Preference.PRIVACY_SEARCHABLE, true));
    assertEquals(List.of(), events());

    preferences.update(CALL, ada, patch(Preference.PRIVACY_SEARCHABLE, false));
    preferences.update(CALL, ada, patch(Preference.PRIVACY_SEARCHABLE, false));
    assertEquals(1, events().size());
  }

  @Test
  void update_atTheSameTime_losesNoUpdate() {
    List<Supplier<PreferenceSet>> changes =
        Arrays.stream(Preference.values())
            .map(preference -> patch(preference, !preference.isOnByDefault()))
            .<Supplier<PreferenceSet>>map(patch -> () -> preferences.update(CALL, ada, patch))
            .toList();

    var outcomes = Races.run(changes);

    assertTrue(outcomes.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
    assertEquals(
        EnumSet.complementOf(EnumSet.copyOf(PreferenceSet.DEFAULT.on())),
        preferences.get(CALL, ada).on());
    assertEquals(changes.size(), events().size());
  }

  @Test
  void unknownUser_isNotFound() {
    var nobody = new UserId(UUID.randomUUID());

    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOf(() -> preferences.get(CALL, nobody)));
    assertEquals(
        ErrorReason.USER_NOT_FOUND,
        reasonOf(() -> preferences.update(CALL, nobody, patch(Preference.SMS_ENABLED, true))));
  }

  @Test
  void deletedUser_leavesNoPreferences() {
    preferences.update(CALL, ada, patch(Preference.SMS_ENABLED, true));

    users.delete(CALL, ada, "");

    assertEquals(
        0, database.query("select 1 from preferences where user_id = ?", ada.value()).size());
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOf(() -> preferences.get(CALL, ada)));
  }

  private List<String> events() {
    return database
        .query(
            """
            select type || ' ' || array_to_string(fields, ',') as line
            from events where user_id = ? and type like 'preferences.%' order by id
            """,
            ada.value())
        .stream()
        .map(row -> row.get("line").toString())
        .toList();
  }

  private static PreferencePatch patch(Preference preference, boolean on) {
    return PreferencePatch.builder().set(preference, on).build();
  }

  private static ErrorReason reasonOf(Executable call) {
    return assertThrows(UserServiceException.class, call).reason();
  }
}
