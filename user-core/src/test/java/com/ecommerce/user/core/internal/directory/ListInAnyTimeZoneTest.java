package com.ecommerce.user.core.internal.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests pages in the order of time, in sessions with a time zone in which clocks are set back, so
 * that a later local time looks earlier.
 */
@ExtendWith(PostgresExtension.class)
class ListInAnyTimeZoneTest {
  private static final RequestContext CALL = RequestContext.system();

  /** Local times in Berlin in the night in which summer time ends. */
  private static final List<String> TIMES =
      List.of(
          "2026-10-25T02:30:00+02:00",
          "2026-10-25T02:30:00.5+02:00",
          "2026-10-25T02:10:00+01:00",
          "2026-10-25T02:10:00.25+01:00");

  private static final List<String> OLDEST_FIRST =
      List.of("0@example.com", "1@example.com", "2@example.com", "3@example.com");

  private HikariDataSource berlin;
  private HikariDataSource newYork;
  private UserCore core;
  private UserCore elsewhere;

  @BeforeEach
  void createUsers(TestDatabase database) {
    database.execute("truncate users cascade");
    berlin = pool(database, "Europe/Berlin");
    newYork = pool(database, "America/New_York");
    var clock = new MutableClock(OffsetDateTime.parse(TIMES.get(0)).toInstant());
    core = UserCore.builder(berlin).clock(clock).passwords(TestCore.CHEAP_PASSWORDS).build();
    elsewhere = UserCore.builder(newYork).build();
    core.start();
    for (String time : TIMES) {
      clock.advance(Duration.between(clock.instant(), OffsetDateTime.parse(time)));
      var user = core.users().create(CALL, TestUsers.aUser(TIMES.indexOf(time) + "@example.com"));
      core.sessions().signIn(CALL, user.id(), "");
    }
  }

  private static HikariDataSource pool(TestDatabase database, String timeZone) {
    var config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(8);
    config.setConnectionInitSql("set time zone '" + timeZone + "'");
    return new HikariDataSource(config);
  }

  @AfterEach
  void close() {
    core.close();
    elsewhere.close();
    berlin.close();
    newYork.close();
  }

  @Test
  void list_pagesShowEveryUserInOrderOfTime() {
    for (var field :
        List.of(
            UserSort.Field.CREATED_AT, UserSort.Field.UPDATED_AT, UserSort.Field.LAST_LOGIN_AT)) {
      var oldestFirst = new UserSort(field, true);
      var newestFirst = new UserSort(field, false);
      assertWalks(OLDEST_FIRST, (by, page) -> list(by, oldestFirst, page));
      assertWalks(newestFirst(), (by, page) -> list(by, newestFirst, page));
    }
  }

  @Test
  void search_pagesShowEveryUserTheNewestFirst() {
    for (String query : List.of("", "lovelace")) {
      var search = new UserSearch(query, UserFilter.ALL, Optional.empty(), Optional.empty());
      assertWalks(newestFirst(), (by, page) -> by.directory().search(CALL, search, page));
    }
  }

  private static Page<User> list(UserCore by, UserSort sort, PageRequest page) {
    return by.directory().list(CALL, UserFilter.ALL, sort, page);
  }

  private static List<String> newestFirst() {
    var emails = new ArrayList<>(OLDEST_FIRST);
    Collections.reverse(emails);
    return emails;
  }

  private void assertWalks(List<String> expected, Pages pages) {
    assertEquals(expected, walk(pages, core, core));
    assertEquals(expected, walk(pages, core, elsewhere));
    assertEquals(expected, walk(pages, elsewhere, core));
  }

  /** Reads pages of one user, from the two instances in turn. */
  private static List<String> walk(Pages pages, UserCore even, UserCore odd) {
    List<String> seen = new ArrayList<>();
    String token = "";
    for (int i = 0; i < 2 * TIMES.size(); i++) {
      var page = pages.read(i % 2 == 0 ? even : odd, new PageRequest(1, token));
      page.items().forEach(user -> seen.add(user.email().address()));
      if (page.nextToken().isEmpty()) {
        return seen;
      }
      token = page.nextToken().get();
    }
    throw new AssertionError("the walk does not end: " + seen);
  }

  private interface Pages {
    Page<User> read(UserCore by, PageRequest page);
  }
}
