package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that the data for lists and searches, which is stored separately, immediately follows
 * changes of users.
 */
@ExtendWith(PostgresExtension.class)
class DirectoryFollowsWritesTest {
  private static final RequestContext CALL = RequestContext.system();

  private final TestDatabase database;
  private TestCore testCore;
  private Users users;
  private Directory directory;

  DirectoryFollowsWritesTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    testCore = TestCore.on(database);
    users = testCore.core().users();
    directory = testCore.core().directory();
    database.execute("truncate users cascade");
  }

  @AfterEach
  void stop() {
    testCore.close();
  }

  @Test
  void search_followsNamesStatusAndDeletion() {
    User user = users.create(CALL, TestUsers.aUser("grace@example.com", "Grace", "Murray"));

    users.update(CALL, user.id(), UserPatch.builder().lastName("Hopper").build());
    assertEquals(0, search("murray", UserFilter.ALL).totalCount());
    assertEquals(1, search("grace hopper", UserFilter.ALL).totalCount());

    users.deactivate(CALL, user.id(), "");
    assertEquals(0, search("hopper", status(UserStatus.PENDING_VERIFICATION)).totalCount());
    assertEquals(1, search("hopper", status(UserStatus.DEACTIVATED)).totalCount());

    users.delete(CALL, user.id(), "");
    assertEquals(0, search("hopper", UserFilter.ALL).totalCount());
    assertEquals(0, search("", UserFilter.ALL).totalCount());
    assertEquals(0, rows("user_directory") + rows("user_times") + rows("user_sample"));
  }

  @Test
  void list_sortsByTheLatestChange_inWhateverItIs() {
    User first = users.create(CALL, TestUsers.aUser("first@example.com"));
    testCore.clock().advance(Duration.ofSeconds(1));
    users.create(CALL, TestUsers.aUser("second@example.com"));
    testCore.clock().advance(Duration.ofSeconds(1));
    users.update(CALL, first.id(), UserPatch.builder().avatarUrl("https://example.com/a").build());

    var latest = new UserSort(UserSort.Field.UPDATED_AT, false);
    assertEquals(
        first.id(),
        directory.list(CALL, UserFilter.ALL, latest, PageRequest.FIRST).items().get(0).id());
  }

  @Test
  void search_takesAnyWhiteSpaceBetweenWords() {
    users.create(CALL, TestUsers.aUser("ada@example.com", "Ada\u00a0Augusta", "Lovelace"));

    assertEquals(1, search("augusta\u3000lovelace", UserFilter.ALL).totalCount());
    assertEquals(1, search("au  lo", UserFilter.ALL).totalCount());
    assertEquals(0, search("gu lo", UserFilter.ALL).totalCount());
  }

  @Test
  void list_countsExactly_whateverIsWrittenAtTheSameTime() {
    var writers =
        IntStream.range(0, 8)
            .mapToObj(number -> CompletableFuture.runAsync(() -> write(number)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(writers).join();

    assertEquals(
        8 * 6,
        directory
            .list(CALL, UserFilter.ALL, UserSort.NEWEST_FIRST, PageRequest.FIRST)
            .totalCount());
    for (UserStatus status : UserStatus.values()) {
      assertEquals(
          database.query("select id from users where status = ?", status.name()).size(),
          directory
              .list(CALL, status(status), UserSort.NEWEST_FIRST, PageRequest.FIRST)
              .totalCount());
    }
  }

  /** Creates 10 users, deletes 4 of them, and leaves 3 of the others closed. */
  private void write(int writer) {
    List<User> mine =
        IntStream.range(0, 10)
            .mapToObj(
                i -> users.create(CALL, TestUsers.aUser("u" + writer + "." + i + "@example.com")))
            .toList();
    mine.subList(0, 4).forEach(user -> users.delete(CALL, user.id(), ""));
    mine.subList(4, 8).forEach(user -> users.deactivate(CALL, user.id(), ""));
    users.reactivate(CALL, mine.get(4).id());
  }

  private Page<User> search(String query, UserFilter filter) {
    return directory.search(
        CALL, new UserSearch(query, filter, Optional.empty(), Optional.empty()), PageRequest.FIRST);
  }

  private int rows(String table) {
    return database.query("select id from " + table).size();
  }

  private static UserFilter status(UserStatus status) {
    return new UserFilter(Set.of(status), Set.of());
  }
}
