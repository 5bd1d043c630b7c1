package com.ecommerce.user.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.bulk.UserImports;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.CapturedLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the commands that import and export users. */
@ExtendWith(PostgresExtension.class)
class TransferCommandsTest {
  private static final String PASSWORD = "correct horse battery";

  /** Hashes of {@link #PASSWORD}, made by Python's hashlib. */
  private static final String DJANGO_HASH =
      "pbkdf2_sha256$1000$saltysalt$mFrNkv5iSGH91rz48G6wvz9xKZihQ03KmTZTWR8gDAo=";

  @TempDir private Path directory;
  private TestDatabase database;
  private TestCore core;
  private CommandRun command;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("delete from users");
    core = TestCore.on(database);
    command =
        new CommandRun(Map.of("DATABASE_URL", database.jdbcUrl(), "PASSWORD_BCRYPT_COST", "4"));
  }

  @AfterEach
  void stop() {
    core.close();
  }

  private Path failures() {
    return directory.resolve("failures.jsonl");
  }

  private int importFrom(String... options) {
    List<String> words = new ArrayList<>(List.of("import", "--failures", failures().toString()));
    words.addAll(Arrays.asList(options));
    return command.run("", words.toArray(String[]::new));
  }

  private void assertImported(int created, int updated, int unchanged, int failed) {
    assertEquals(
        List.of(
            "created " + created,
            "updated " + updated,
            "unchanged " + unchanged,
            "failed " + failed),
        command.output().stream().limit(4).toList(),
        () -> command.errors().toString());
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), List.of(lines));
  }

  private User user(String email) {
    core.core().catchUp();
    return core.core().users().getByEmail(RequestContext.system(), Email.parse(email));
  }

  private void assertLogsIn(String email) {
    core.core()
        .sessions()
        .login(RequestContext.system(), Email.parse(email), Password.parse(PASSWORD), "");
  }

  @Test
  void importOfJsonLines_keepsWhatTheRowsHave_andIsUnchangedWhenRepeated() throws IOException {
    var file =
        write(
            "users.jsonl",
            "{\"user_id\":\"3f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11\",\"email\":\"ada@example.com\",\"email_verified\":true,"
                + "\"first_name\":\"Ada\",\"password_hash\":\""
                + DJANGO_HASH
                + "\",\"created_at\":\"2019-12-10T09:00:00Z\",\"profile\":{\"language\":\"en\"},"
                + "\"addresses\":[{\"address\":{\"line1\":\"1 Main Street\",\"city\":\"London\",\"country_code\":\"GB\"},"
                + "\"type\":\"ADDRESS_TYPE_BOTH\"}]}",
            "",
            "{\"email\":\"grace@example.com\",\"roles\":[\"USER_ROLE_SELLER\"]}");

    assertEquals(0, importFrom("--jsonl", file.toString()));

    assertImported(2, 0, 0, 0);
    assertFalse(Files.exists(failures()));
    var ada = user("ada@example.com");
    assertEquals("3f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11", ada.id().toString());
    assertEquals(UserStatus.ACTIVE, ada.status());
    assertEquals(Instant.parse("2019-12-10T09:00:00Z"), ada.audit().createdAt());
    assertEquals("en", ada.profile().language());
    assertEquals(
        1,
        core.core().addresses().list(RequestContext.system(), ada.id(), Optional.empty()).size());
    assertLogsIn("ada@example.com");
    assertEquals(0, importFrom("--jsonl", file.toString()));
    assertImported(0, 0, 2, 0);
  }

  @Test
  void refusedRows_areInAFileWithTheirReasons_andDoNotStopOthers() throws IOException {
    var file =
        write(
            "users.jsonl",
            "{\"email\":\"no email\"}",
            "{\"email\":\"ok@example.com\"}",
            "not JSON",
            "{\"mail\":\"unknown@example.com\"}");

    assertEquals(1, importFrom("--jsonl", file.toString()));

    assertImported(1, 0, 0, 3);
    assertEquals("  INVALID_REQUEST 3", command.output().get(4));
    assertTrue(command.errors().contains("rows were refused: " + failures() + " has the reasons"));
    var lines = Files.readAllLines(failures());
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).contains("\"place\":\"line 1\""), lines.get(0));
    assertTrue(lines.get(0).contains("\"field\":\"email\""), lines.get(0));
    assertTrue(lines.get(1).contains("\"place\":\"line 3\""), lines.get(1));
    assertTrue(lines.get(2).contains("mail"), lines.get(2));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(failures())));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t"})
  void importOfCsv_readsColumnsByTheirNamesAndTheMapping(String delimiter) throws IOException {
    var file =
        write(
            "users.csv",
            "\ufeffE-Mail,first_name,profile.date_of_birth,status,roles,phone,created_at,addresses[0].address.city,addresses[0].address.line1,addresses[0].address.country_code,addresses[0].type,Notes"
                .replace(",", delimiter),
            "\"ada@example.com\",\"Ada \"\"Countess\"\"\",1815-12-10,active,customer|seller,+447400123456,2019-12-10 09:00:00+00,London,1 Main Street,GB,both,"
                .replace(",", delimiter),
            "grace@example.com,Grace,,,,,2020-01-01,,,,,x".replace(",", delimiter),
            "short@example.com");

    assertEquals(1, importFrom("--csv", file.toString(), "--columns", "E-Mail=email,Notes="));

    assertImported(1, 0, 0, 2);
    var failed = Files.readAllLines(failures());
    assertTrue(failed.get(0).contains("profile.date_of_birth"), failed.get(0));
    assertEquals("Grace", user("grace@example.com").firstName());
  }

  @Test
  void importOfCsv_keepsWhatTheRowHas() throws IOException {
    var file =
        write(
            "users.csv",
            "email,email_verified,first_name,status,roles,phone,last_login_at,preferences.email.newsletter,profile.social_links.github",
            "ada@example.com,t,\"Ada, Countess\",suspended,customer|seller,+44 7400 123456,2019-12-10 09:00:00+00,yes,https://example.com/ada");

    assertEquals(0, importFrom("--csv", file.toString()));

    var ada = user("ada@example.com");
    assertEquals("Ada, Countess", ada.firstName());
    assertEquals(
        Stream.concat(PreferenceSet.DEFAULT.on().stream(), Stream.of(Preference.EMAIL_NEWSLETTER))
            .collect(Collectors.toSet()),
        core.core().preferences().get(RequestContext.system(), ada.id()).on());
    assertTrue(ada.emailVerified());
    assertEquals(UserStatus.SUSPENDED, ada.status());
    assertEquals(Set.of(Role.CUSTOMER, Role.SELLER), ada.roles());
    assertEquals("+447400123456", ada.phone().orElseThrow().e164());
    assertEquals(Optional.of(Instant.parse("2019-12-10T09:00:00Z")), ada.lastLoginAt());
    assertEquals(Map.of("github", "https://example.com/ada"), ada.profile().socialLinks());
  }

  @Test
  void importOfCsv_withAnUnknownColumn_isRefused() throws IOException {
    var file = write("users.csv", "email,Vorname", "ada@example.com,Ada");

    assertEquals(1, importFrom("--csv", file.toString()));

    assertEquals(
        List.of(
            "no field for the column Vorname (expected: --columns \"Vorname=FIELD\", or"
                + " \"Vorname=\" to leave it out)"),
        command.errors());
  }

  @Test
  void importOfCsv_withAMissingColumnOrTwoOfAName_isRefused() throws IOException {
    var file = write("users.csv", "email,Vorname,Notiz,Notiz", "ada@example.com,Ada,,");

    assertEquals(
        1, importFrom("--csv", file.toString(), "--columns", "Vorname=first_name,notiz=,Notiz="));
    assertEquals(
        List.of(file + ": no column notiz (expected: one of email, Vorname, Notiz, Notiz)"),
        command.errors());
    assertEquals(
        1, importFrom("--csv", file.toString(), "--columns", "Vorname=first_name,Notiz=last_name"));
    assertEquals(
        List.of(file + ": two columns Notiz (expected: different names)"), command.errors());
    assertEquals(0, importFrom("--csv", file.toString(), "--columns", "Vorname=first_name,Notiz="));
  }

  @Test
  void sources_areExactlyOne() {
    assertEquals(1, importFrom());
    assertEquals(1, importFrom("--csv", "a.csv", "--jsonl", "b.jsonl"));
    assertEquals(
        List.of(
            "import: too many options (expected: one of --csv, --jsonl, --from-django,"
                + " --from-keycloak, --from-firebase)"),
        command.errors());
    assertEquals(1, importFrom("--csv", directory.resolve("none.csv").toString()));
    assertEquals(List.of(directory.resolve("none.csv") + ": no such file"), command.errors());
  }

  @Test
  void fileOfFailures_replacesThatOfAnEarlierImportOnly() throws IOException {
    var file = write("users.jsonl", "{\"email\":\"no email\"}");
    assertEquals(1, importFrom("--jsonl", file.toString()));
    assertEquals(1, importFrom("--jsonl", file.toString()));
    assertEquals(1, Files.readAllLines(failures()).size());

    Files.copy(file, failures(), StandardCopyOption.REPLACE_EXISTING);
    assertEquals(1, importFrom("--jsonl", failures().toString()));

    assertEquals(
        failures()
            + ": exists, and is not the file of an earlier import (expected: another --failures)",
        command.errors().get(1));
    assertEquals(Files.readString(file), Files.readString(failures()));
  }

  @Test
  void dryRun_writesNothing() throws IOException {
    var file = write("users.jsonl", "{\"email\":\"ada@example.com\"}");

    assertEquals(0, importFrom("--jsonl", file.toString(), "--dry-run"));

    assertImported(1, 0, 0, 0);
    assertEquals(0, database.query("select 1 from users").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--jsonl", "--csv"})
  void export_canBeImported(String format) throws IOException {
    assertEquals(0, command.run("", "seed", "--users", "600"));
    assertImported(600, 0, 0, 0);
    var file = directory.resolve("exported");

    assertEquals(0, command.run("", "export", format, file.toString(), "--with-hashes"));

    assertEquals(List.of("exported 600"), command.output());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(0, importFrom(format, file.toString()));
    assertImported(0, 0, 600, 0);
    database.execute("delete from users");
    assertEquals(0, importFrom(format, file.toString()));
    assertImported(600, 0, 0, 0);
    var again = directory.resolve("again");
    assertEquals(0, command.run("", "export", format, again.toString(), "--with-hashes"));
    assertEquals(Files.readString(file), Files.readString(again));
  }

  @Test
  void export_deletesUnfinishedFilesOfExportsThatWereKilled() throws IOException {
    var abandoned = write(".user-service-export-1.tmp", "ada@example.com");
    var beingWritten = write(".user-service-export-2.tmp", "ada@example.com");
    var foreign = write(".export.tmp", "ada@example.com");
    try (var other = FileChannel.open(beingWritten, StandardOpenOption.WRITE)) {
      other.lock();

      assertEquals(0, command.run("", "export", "--csv", directory.resolve("users").toString()));
    }

    assertFalse(Files.exists(abandoned));
    assertTrue(Files.exists(beingWritten));
    assertTrue(Files.exists(foreign));
    try (var files = Files.list(directory)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void imports_areALineOfTheSecurityLog() throws IOException {
    var file = write("users.jsonl", "{\"email\":\"ada@example.com\"}", "{\"email\":\"no email\"}");
    try (var log = new CapturedLog()) {
      importFrom("--jsonl", file.toString(), "--dry-run");
      importFrom("--jsonl", file.toString());
      command.run("", "seed", "--users", "2");

      assertEquals(
          List.of(
              "A dry run of an import of users has ended: 1 created, 0 updated, 0 unchanged, 1 failed, by"
                  + " system from local",
              "An import of users has ended: 1 created, 0 updated, 0 unchanged, 1 failed, by system from"
                  + " local",
              "An import of users has ended: 2 created, 0 updated, 0 unchanged, 0 failed, by system from"
                  + " local"),
          log.events().stream()
              .filter(event -> event.getLoggerName().equals("com.ecommerce.user.security"))
              .map(event -> event.getFormattedMessage())
              .toList());
    }
  }

  @Test
  void importThatEndsEarly_countsThePageThatWasBeingWritten() throws IOException {
    var lines = new ArrayList<>(List.of("email"));
    for (int i = 0; i < UserImports.MAX_ROWS; i++) {
      lines.add("user" + i + "@example.com");
    }
    lines.add("\"broken\"quotes");
    var file = write("users.csv", lines.toArray(String[]::new));
    try (var log = new CapturedLog()) {
      assertEquals(1, importFrom("--csv", file.toString()));

      assertTrue(
          log.events().stream()
              .anyMatch(
                  event ->
                      event
                          .getFormattedMessage()
                          .startsWith("An import of users has ended: 500 created, ")),
          () -> log.events().toString());
    }
  }

  @Test
  void seed_makesTheSameUsersAgain() {
    assertEquals(0, command.run("", "seed", "--users", "50", "--locale", "ja_JP"));
    assertImported(50, 0, 0, 0);
    assertEquals(0, command.run("", "seed", "--users", "60", "--locale", "ja-JP"));
    assertImported(10, 0, 50, 0);
    assertEquals(
        60,
        database
            .query("select 1 from users where language = 'ja' and external_id like 'demo-%'")
            .size());
    assertEquals(1, command.run("", "seed", "--users", "1", "--locale", "xx"));
    assertTrue(command.errors().get(0).startsWith("--locale: xx (expected: one of de_DE, "));
  }

  private void djangoTable() {
    for (String sql :
        List.of(
            "drop schema if exists legacy cascade",
            "create schema legacy",
            """
            create table legacy.users (id uuid primary key, password varchar(128) not null, last_login timestamptz,
              is_superuser boolean not null, username varchar(150) not null, first_name varchar(150) not null,
              last_name varchar(150) not null, is_staff boolean not null, is_active boolean not null,
              date_joined timestamptz not null, email varchar(254) not null, phone_number varchar(20), plan text)
            """,
            "insert into legacy.users values ('3f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11', '"
                + DJANGO_HASH
                + "', '2024-05-01 10:00:00.5+02', true, 'ada', 'Ada', 'Lovelace', true, true,"
                + " '2019-12-10 10:00:00+01', 'Ada@Example.com', '+447400123456', 'gold')",
            "insert into legacy.users values ('4f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11', '!unusable', null, false,"
                + " 'gone@example.com', '', '', false, false, '2020-01-01 00:00:00Z', 'gone@example.com', null, null)",
            "insert into legacy.users values ('5f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11', 'md5$a$b', null, false, 'old', '',"
                + " '', false, true, '2020-01-01 00:00:00Z', 'old@example.com', null, null)")) {
      database.execute(sql);
    }
  }

  @Test
  void importFromDjango_keepsIdsHashesAndStates_andTakesWhatChangesLater() throws IOException {
    djangoTable();
    String[] options = {
      "--from-django",
      database.jdbcUrl(),
      "--table",
      "legacy.users",
      "--columns",
      "plan=profile.company"
    };

    assertEquals(1, importFrom(options));

    assertImported(2, 0, 0, 1);
    assertTrue(Files.readString(failures()).contains("id 5f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11"));
    var ada = user("ada@example.com");
    assertEquals("3f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11", ada.id().toString());
    assertEquals("ada", ada.displayName());
    assertEquals(Set.of(Role.ADMIN), ada.roles());
    assertEquals(UserStatus.ACTIVE, ada.status());
    assertEquals(Instant.parse("2019-12-10T09:00:00Z"), ada.audit().createdAt());
    assertEquals(Optional.of(Instant.parse("2024-05-01T08:00:00.5Z")), ada.lastLoginAt());
    assertEquals("gold", ada.profile().company());
    assertLogsIn("ada@example.com");
    assertEquals(UserStatus.DEACTIVATED, user("gone@example.com").status());

    database.execute("update legacy.users set is_active = true where email = 'gone@example.com'");
    database.execute("delete from legacy.users where email = 'old@example.com'");
    assertEquals(0, importFrom(options));
    assertImported(0, 1, 1, 0);
    assertEquals(UserStatus.ACTIVE, user("gone@example.com").status());
  }

  private static final String ADA = "3f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11";
  private static final String GONE = "4f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11";

  /** Makes the table of users without the row that is refused, and further tables. */
  private void djangoTables(String... further) {
    djangoTable();
    database.execute("delete from legacy.users where email = 'old@example.com'");
    for (String sql : further) {
      database.execute(sql);
    }
  }

  private int importLegacy(String... further) {
    List<String> options =
        new ArrayList<>(List.of("--from-django", database.jdbcUrl(), "--table", "legacy.users"));
    options.addAll(Arrays.asList(further));
    return importFrom(options.toArray(String[]::new));
  }

  private List<Address> addresses(String email) {
    return core.core()
        .addresses()
        .list(RequestContext.system(), user(email).id(), Optional.empty());
  }

  @Test
  void importFromDjango_takesTheTablesThatReferToUsers() {
    djangoTables(
        """
        create table legacy.user_profile (id serial primary key, user_id uuid not null unique references legacy.users,
          bio text, date_of_birth date, language varchar(2), social_links jsonb, first_name text, email text,
          created_at timestamptz, currency int, theme text)
        """,
        """
        create table legacy.settings (user_id uuid primary key references legacy.users, email_promotions boolean,
          newsletter boolean, push_enabled boolean, messages int)
        """,
        """
        create table legacy."Addresses" (id bigint primary key, user_id uuid references legacy.users, "Floor" text,
          first_name text, last_name text, street text, city text, zip text, province text, country char(2), phone text,
          type text, is_default boolean, created_at timestamptz)
        """,
        "create table legacy.auth_group (id serial primary key, name varchar(150) unique)",
        """
        create table legacy.users_groups (id serial primary key, user_id uuid references legacy.users,
          group_id int references legacy.auth_group, unique (user_id, group_id))
        """,
        """
        create table legacy.invitations (id serial primary key, user_id uuid references legacy.users,
          group_id int references legacy.auth_group)
        """,
        "create table legacy.orders (id serial primary key, user_id uuid references legacy.users, city text)",
        "insert into legacy.user_profile values (1, '%s', 'Counts.', '1985-12-10', 'en', '{\"github\": \"https://example.com/ada\"}', 'Augusta', 'x', '2024-01-01', 7, 'dark')"
            .formatted(ADA),
        "insert into legacy.settings values ('%s', true, null, true, 12)".formatted(ADA),
        """
        insert into legacy."Addresses" values
          (10, '%1$s', '', '', '', 'Second Street 2', 'Paris', '75001', null, 'FR', null, 'billing', true, null),
          (9, '%1$s', '3rd', 'Ada', 'King', 'Main Street 1', 'London', 'N1', 'Greater London', 'GB', '+447400123456',
            'Shipping', false, '2018-01-01Z'),
          (8, null, '', '', '', 'Nowhere 1', 'Nowhere', '', '', 'GB', '', null, true, null)
        """
            .formatted(ADA),
        "insert into legacy.auth_group values (1, 'Editors'), (2, 'Seller'), (3, 'admin')",
        "insert into legacy.users_groups (user_id, group_id) values ('%1$s', 1), ('%1$s', 2), ('%2$s', 1)"
            .formatted(ADA, GONE),
        "insert into legacy.invitations (user_id, group_id) values ('%s', 3)".formatted(GONE),
        "insert into legacy.orders (user_id, city) values ('%s', 'Rome')".formatted(ADA));

    int status = importLegacy("--columns", "Addresses.Floor=addresses[0].address.line2");

    assertEquals(0, status, () -> command.errors().toString());
    assertImported(2, 0, 0, 0);
    assertEquals(
        List.of(
            "takes users: id=user_id, is_active=status, is_staff=roles, is_superuser=roles,"
                + " password=password_hash, username=display_name, last_login=last_login_at, first_name,"
                + " last_name, date_joined=created_at, email, phone_number=phone; Addresses:"
                + " Floor=addresses[0].address.line2, phone=addresses[0].phone,"
                + " street=addresses[0].address.line1, city=addresses[0].address.city,"
                + " province=addresses[0].address.state, zip=addresses[0].address.postal_code,"
                + " country=addresses[0].address.country_code, type=addresses[0].type,"
                + " created_at=addresses[0].audit.created_at, id=addresses[0].id,"
                + " first_name+last_name=addresses[0].full_name,"
                + " is_default=addresses[0].is_default_shipping+is_default_billing; settings:"
                + " email_promotions=preferences.email.promotions,"
                + " newsletter=preferences.email.newsletter, push_enabled=preferences.push.enabled;"
                + " user_profile: bio=profile.bio, date_of_birth=profile.date_of_birth,"
                + " language=profile.language, social_links=profile.social_links; users_groups: names"
                + " of roles=roles",
            "leaves out users: plan; settings: messages; user_profile: first_name, email, created_at,"
                + " currency, theme; invitations; orders"),
        command.errors().subList(0, 2));
    var ada = user("ada@example.com");
    assertEquals("Ada", ada.firstName());
    assertEquals("Counts.", ada.profile().bio());
    assertEquals("en", ada.profile().language());
    assertEquals("", ada.profile().currency());
    assertEquals(Map.of("github", "https://example.com/ada"), ada.profile().socialLinks());
    assertEquals(Instant.parse("2019-12-10T09:00:00Z"), ada.audit().createdAt());
    assertEquals(Set.of(Role.ADMIN, Role.SELLER), ada.roles());
    assertEquals(Set.of(Role.CUSTOMER), user("gone@example.com").roles());
    assertEquals(
        Stream.concat(
                PreferenceSet.DEFAULT.on().stream(),
                Stream.of(Preference.EMAIL_PROMOTIONS, Preference.PUSH_ENABLED))
            .collect(Collectors.toSet()),
        core.core().preferences().get(RequestContext.system(), ada.id()).on());
    var found = addresses("ada@example.com");
    assertEquals(
        List.of("Main Street 1", "Second Street 2"),
        found.stream().map(address -> address.postalAddress().line1()).toList());
    var first = found.get(0);
    assertEquals("3rd", first.postalAddress().line2());
    assertEquals("Greater London", first.postalAddress().state());
    assertEquals("N1", first.postalAddress().postalCode());
    assertEquals("Ada King", first.fullName());
    assertEquals(AddressType.SHIPPING, first.type());
    assertEquals(Instant.parse("2018-01-01T00:00:00Z"), first.audit().createdAt());
    assertEquals("Ada Lovelace", found.get(1).fullName());
    assertTrue(found.get(1).isDefaultBilling());
    assertFalse(found.get(1).isDefaultShipping());
    assertEquals(List.of(), addresses("gone@example.com"));

    assertEquals(0, importLegacy("--columns", "Addresses.Floor=addresses[0].address.line2"));
    assertImported(0, 0, 2, 0);
    database.execute("update legacy.\"Addresses\" set city = 'Lyon' where id = 10");
    database.execute(
        "insert into legacy.\"Addresses\" values (11, '%s', '', '', '', 'Third Street 3', 'Nice', '', '', 'FR')"
            .formatted(ADA));
    database.execute("update legacy.settings set newsletter = true");
    assertEquals(0, importLegacy("--columns", "Addresses.Floor=addresses[0].address.line2"));
    assertImported(0, 1, 1, 0);
    var changed = addresses("ada@example.com");
    assertEquals(
        List.of("London", "Lyon", "Nice"),
        changed.stream().map(address -> address.postalAddress().city()).toList());
    assertEquals(found.get(0).id(), changed.get(0).id());
    assertEquals(found.get(1).id(), changed.get(1).id());
    assertEquals(8, changed.get(1).id().value().version());
    assertEquals(2, changed.get(1).id().value().variant());
  }

  @Test
  void importFromDjango_takesAddressesOfAManyToManyRelation() {
    djangoTables(
        """
        create table legacy.account_address (id serial primary key, first_name text, last_name text, company_name text,
          street_address_1 text, street_address_2 text, city text, postal_code text, country varchar(2),
          country_area text, phone text)
        """,
        """
        create table legacy.users_addresses (id serial primary key, user_id uuid references legacy.users,
          address_id int references legacy.account_address, unique (user_id, address_id))
        """,
        """
        create table legacy.orders (id serial primary key, user_id uuid references legacy.users,
          billing_address_id int references legacy.account_address,
          shipping_address_id int references legacy.account_address)
        """,
        """
        insert into legacy.account_address values
          (1, 'Ada', 'King', '', '1 Main Street', '', 'London', 'N1', 'GB', 'Greater London', '+447400123456'),
          (2, '', '', '', 'Second Street 2', '', 'Paris', '75001', 'FR', '', ''),
          (3, '', '', '', 'Of an order 3', '', 'Rome', '00118', 'IT', '', '')
        """,
        "insert into legacy.users_addresses (user_id, address_id) values ('%1$s', 2), ('%1$s', 1), ('%2$s', 1)"
            .formatted(ADA, GONE),
        "insert into legacy.orders values (1, '%s', 3, 3)".formatted(ADA));

    assertEquals(0, importLegacy(), () -> command.errors().toString());

    assertImported(2, 0, 0, 0);
    assertTrue(command.errors().get(0).contains("account_address: phone=addresses[0].phone"));
    assertEquals(
        "leaves out users: plan; account_address: company_name; orders", command.errors().get(1));
    var found = addresses("ada@example.com");
    assertEquals(
        List.of("1 Main Street", "Second Street 2"),
        found.stream().map(address -> address.postalAddress().line1()).toList());
    assertEquals("Greater London", found.get(0).postalAddress().state());
    assertEquals("Ada King", found.get(0).fullName());
    var shared = addresses("gone@example.com");
    assertEquals("1 Main Street", shared.get(0).postalAddress().line1());
    assertEquals(1, shared.size());
    assertEquals(0, importLegacy());
    assertImported(0, 0, 2, 0);
    assertEquals(0, importLegacy("--columns", "users_addresses.user_id="));
    assertTrue(command.errors().get(1).contains("; users_addresses"), command.errors()::toString);
  }

  @Test
  void importFromDjango_takesNoProfileForARelationWithAddresses() {
    djangoTables(
        """
        create table legacy.addresses (id serial primary key, owner_id uuid references legacy.users, street text,
          city text, country_code text)
        """,
        """
        create table legacy.account_profile (user_id uuid primary key references legacy.users,
          default_address_id int references legacy.addresses, note text)
        """,
        "insert into legacy.addresses values (1, '%s', '1 Main Street', 'London', 'GB')"
            .formatted(ADA),
        "insert into legacy.account_profile values ('%s', 1, '')".formatted(ADA));

    assertEquals(0, importLegacy(), () -> command.errors().toString());

    assertEquals(1, addresses("ada@example.com").size());
  }

  @Test
  void importFromDjango_refusesRowsWhoseRelatedValuesDoNotFit() throws IOException {
    djangoTables(
        "alter table legacy.users add status text, add role text",
        "update legacy.users set status = 'user_status_banned', role = 'Seller' where id = '%s'"
            .formatted(ADA),
        """
        create table legacy.addresses (id uuid primary key, owner_id uuid references legacy.users, line1 text, city text,
          country text, type text)
        """,
        "insert into legacy.users select gen_random_uuid(), '!', null, false, 'u' || n, '', '', false, true, now(),"
            + " 'u' || n || '@example.com', null, null, 'active', 'customer' from generate_series(1, 5) n",
        "update legacy.users set status = 'locked' where username = 'u1'",
        "update legacy.users set role = 'boss' where username = 'u2'",
        "insert into legacy.addresses select gen_random_uuid(), id, '1 Main Street', 'Bonn', 'Germany', 'both' from"
            + " legacy.users where username = 'u3'",
        "insert into legacy.addresses select gen_random_uuid(), id, '1 Main Street', 'Bonn', 'DE', 'home' from"
            + " legacy.users where username = 'u4'",
        "insert into legacy.addresses select gen_random_uuid(), id, '1 Main Street', 'Bonn', 'DE', null from"
            + " legacy.users, generate_series(1, 20000) where username = 'u5'",
        "insert into legacy.addresses select gen_random_uuid(), '%s', '1 Main Street', 'Bonn', 'DE', null from generate_series(1, 50)"
            .formatted(ADA));

    assertEquals(1, importLegacy());

    assertImported(2, 0, 0, 5);
    String refused = Files.readString(failures());
    for (String field :
        List.of(
            "status",
            "roles",
            "addresses[0].address.country_code",
            "addresses[0].type",
            "addresses")) {
      assertTrue(refused.contains("\"field\":\"" + field + "\""), () -> field + " in " + refused);
    }
    assertTrue(refused.contains("TOO_MANY"), refused);
    var ada = user("ada@example.com");
    assertEquals(UserStatus.BANNED, ada.status());
    assertEquals(Set.of(Role.ADMIN, Role.SELLER), ada.roles());
    assertEquals(50, addresses("ada@example.com").size());
    assertEquals(
        Set.copyOf(
            database.query("select id from legacy.addresses where owner_id = ?::uuid", ADA).stream()
                .map(row -> row.get("id").toString())
                .toList()),
        addresses("ada@example.com").stream()
            .map(address -> address.id().toString())
            .collect(Collectors.toSet()));
  }

  @Test
  void importFromDjango_withTwoTablesForTheSame_leavesTheChoiceToTheOperator() {
    djangoTables(
        "create table legacy.wallet (user_id uuid primary key references legacy.users, currency text)",
        "create table legacy.user_profile (user_id uuid primary key references legacy.users, currency text)",
        """
        create table legacy.address (id serial primary key, user_id uuid references legacy.users,
          created_by_id uuid references legacy.users, line1 text, city text, country_code text)
        """,
        "insert into legacy.wallet values ('%s', 'GBP')".formatted(ADA),
        "insert into legacy.user_profile values ('%s', 'EUR')".formatted(ADA),
        "insert into legacy.address values (1, '%s', '%s', '1 Main Street', 'London', 'GB')"
            .formatted(ADA, GONE));

    assertEquals(1, importLegacy());
    assertEquals(
        List.of(
            "several columns for addresses: address.created_by_id, address.user_id (expected: --columns"
                + " \"address.user_id=\", or others, to leave out all but one)"),
        command.errors());
    assertEquals(1, importLegacy("--columns", "address.created_by_id="));
    assertEquals(
        List.of(
            "several columns for profile.currency: user_profile.currency, wallet.currency (expected:"
                + " --columns \"wallet.currency=\", or others, to leave out all but one)"),
        command.errors());
    assertEquals(1, importLegacy("--columns", "address.city=profile.company"));
    assertEquals(1, importLegacy("--columns", "address.town=addresses[0].address.city"));
    assertTrue(
        command.errors().get(0).startsWith("legacy.users: no column address.town (expected: "));

    assertEquals(
        0,
        importLegacy("--columns", "address.created_by_id=,wallet.user_id=,user_profile.currency="));
    assertEquals("", user("ada@example.com").profile().currency());
    assertEquals(1, addresses("ada@example.com").size());
    assertEquals(0, addresses("gone@example.com").size());
    assertEquals(
        0,
        importLegacy(
            "--columns",
            "address.created_by_id=,wallet.user_id=,user_profile.currency=profile.company"));
    assertEquals("EUR", user("ada@example.com").profile().company());
  }

  @Test
  void importFromDjango_readsNoTableThatItMustNotRead() {
    djangoTables(
        "create table legacy.secrets (user_id uuid primary key references legacy.users, bio text)",
        "create table legacy.account_emailaddress (user_id uuid, email text, verified boolean)",
        "create table legacy.auth_group (id int primary key, name text)",
        "create table legacy.users_groups (id int primary key, user_id uuid references legacy.users,"
            + " group_id int references legacy.auth_group)",
        "create table legacy.address (id int primary key, street text, city text, country_code text)",
        "create table legacy.users_addresses (id int primary key, user_id uuid references legacy.users,"
            + " address_id int references legacy.address)",
        "drop schema if exists billing cascade",
        "create schema billing",
        "create table billing.invoices (id int primary key, user_id uuid references legacy.users)",
        "drop role if exists legacy_reader",
        "create role legacy_reader",
        "grant usage on schema legacy to legacy_reader",
        "grant select on legacy.users, legacy.auth_group, legacy.address to legacy_reader");

    String url = database.jdbcUrl() + (database.jdbcUrl().contains("?") ? "&" : "?");
    assertEquals(
        0,
        importFrom(
            "--from-django", url + "options=-c%20role=legacy_reader", "--table", "legacy.users"));

    assertImported(2, 0, 0, 0);
    assertEquals(
        "leaves out users: plan; invoices (not readable); secrets (not readable);"
            + " users_addresses (not readable); users_groups (not readable)",
        command.errors().get(1));
  }

  @Test
  void importFromDjango_knowsVerifiedEmailsOfAllauth_andNumbersAsExternalIds() {
    for (String sql :
        List.of(
            "drop schema if exists legacy cascade",
            "create schema legacy",
            """
            create table legacy."Shop_User" (id bigserial primary key, password text, email text, is_active boolean,
              status text, roles text[])
            """,
            """
            insert into legacy."Shop_User" values (9, '!', 'nine@example.com', true, 'suspended', '{seller,"SUPPORT"}'),
              (10, '!', 'ten@example.com', false, 'active', '{}'), (11, '!', 'eleven@example.com', true, null, null)
            """,
            "create table legacy.account_emailaddress (user_id bigint references legacy.\"Shop_User\", email text, verified boolean)",
            """
            insert into legacy.account_emailaddress values (9, 'Nine@example.com', true), (10, 'ten@example.com', false),
              (11, 'other@example.com', true)
            """,
            "create table legacy.address (id int, user_id bigint references legacy.\"Shop_User\", line1 text, city text,"
                + " country text)",
            "insert into legacy.address values (2, 10, 'B', 'Bonn', 'DE'), (1, 10, 'A', 'Bonn', 'DE'), (3, 11, 'C', 'Bonn', 'DE')")) {
      database.execute(sql);
    }

    assertEquals(0, importFrom("--from-django", database.jdbcUrl(), "--table", "legacy.Shop_User"));

    assertImported(3, 0, 0, 0);
    assertEquals("leaves out address: id", command.errors().get(1));
    var nine = user("nine@example.com");
    assertEquals("9", nine.externalId().orElseThrow().text());
    assertTrue(nine.emailVerified());
    assertEquals(UserStatus.SUSPENDED, nine.status());
    assertEquals(Set.of(Role.SELLER, Role.SUPPORT), nine.roles());
    var ten = user("ten@example.com");
    assertFalse(ten.emailVerified());
    assertEquals(UserStatus.DEACTIVATED, ten.status());
    assertEquals(
        List.of("A", "B"),
        addresses("ten@example.com").stream()
            .map(address -> address.postalAddress().line1())
            .toList());
    var eleven = user("eleven@example.com");
    assertFalse(eleven.emailVerified());
    assertEquals(UserStatus.ACTIVE, eleven.status());
    assertEquals(Set.of(Role.CUSTOMER), eleven.roles());
  }

  @Test
  void importFromDjango_withoutATable_isRefused() {
    assertEquals(
        1, importFrom("--from-django", database.jdbcUrl(), "--table", "users; drop table users"));
    assertEquals(
        List.of("no table users; drop table users (expected: the table of Django's users)"),
        command.errors());
  }

  @Test
  void importFromKeycloak_keepsIdsHashesAndStates() throws IOException {
    var file =
        write(
            "realm.json",
            "{\"realm\":\"shop\",\"roles\":{\"realm\":[]},\"users\":[{\"id\":\"3f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11\",",
            "\"username\":\"ada\",\"email\":\"ada@example.com\",\"emailVerified\":true,\"enabled\":true,\"firstName\":\"Ada\",",
            "\"createdTimestamp\":1575968400000,\"attributes\":{\"mobile\":[\"+447400123456\"]},",
            "\"realmRoles\":[\"default-roles-shop\",\"seller\"],\"credentials\":[{\"type\":\"password\",",
            "\"secretData\":\"{\\\"value\\\":\\\"UzBuhEG7h6Kea81o7NXzrGc+Q227NWXc62ZIyREWb2s=\\\",\\\"salt\\\":\\\"OvwBl9xi8husVvB8Dvu8RQ==\\\"}\",",
            "\"credentialData\":\"{\\\"hashIterations\\\":1000,\\\"algorithm\\\":\\\"pbkdf2-sha256\\\"}\"}]},",
            "{\"id\":\"6\",\"username\":\"service-account-x\",\"serviceAccountClientId\":\"x\"},",
            "{\"id\":\"7\",\"email\":\"off@example.com\",\"enabled\":false,\"credentials\":[{\"type\":\"otp\"}]},",
            "{\"id\":\"8\",\"email\":\"odd@example.com\",\"credentials\":[{\"type\":\"password\",\"credentialData\":\"{}\"}]}]}");

    assertEquals(1, importFrom("--from-keycloak", file.toString(), "--columns", "mobile=phone"));

    assertImported(2, 0, 0, 1);
    assertTrue(Files.readString(failures()).contains("\"place\":\"id 8\""));
    var ada = user("ada@example.com");
    assertEquals("3f0c1e4e-7c5e-4d0e-9a51-0f5a7a3b9c11", ada.id().toString());
    assertEquals(Set.of(Role.SELLER), ada.roles());
    assertEquals("+447400123456", ada.phone().orElseThrow().e164());
    assertEquals(Instant.parse("2019-12-10T09:00:00Z"), ada.audit().createdAt());
    assertLogsIn("ada@example.com");
    var off = user("off@example.com");
    assertEquals(UserStatus.DEACTIVATED, off.status());
    assertEquals("7", off.externalId().orElseThrow().text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"99999999999", "1e30", "2000000000", "-5", "1000.5", "null", "[]", "\\\"x\\\""})
  void importFromKeycloak_refusesAUserWithHostileParameters_andTakesOthers(String iterations)
      throws IOException {
    String credentials =
        "[{\"type\":\"password\",\"secretData\":\"{\\\"value\\\":\\\"UzBuhEG7h6Kea81o7NXzrGc+Q227NWXc62ZIyREWb2s=\\\","
            + "\\\"salt\\\":\\\"OvwBl9xi8husVvB8Dvu8RQ==\\\"}\",\"credentialData\":\"{\\\"hashIterations\\\":"
            + iterations
            + ",\\\"algorithm\\\":\\\"%s\\\"}\"}]";
    String user = "{\"id\":\"%s\",\"email\":\"k%s@example.com\",\"credentials\":%s}";
    var file =
        write(
            "realm.json",
            "{\"users\":[",
            user.formatted(1, 1, credentials.formatted("pbkdf2-sha256")) + ",",
            user.formatted(2, 2, credentials.formatted("argon2")) + ",",
            user.formatted(3, 3, "[]") + "]}");

    assertEquals(1, importFrom("--from-keycloak", file.toString()));

    assertImported(1, 0, 0, 2);
    var refused = Files.readAllLines(failures());
    assertEquals(2, refused.size());
    refused.forEach(line -> assertTrue(line.contains("\"field\":\"password_hash\""), line));
  }

  /** The example of Firebase's documentation. */
  @Test
  void importFromFirebase_keepsIdsAndHashes() throws IOException {
    var parameters =
        write(
            "hash.txt",
            "hash_config {",
            "  algorithm: SCRYPT,",
            "  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,",
            "  base64_salt_separator: Bw==,",
            "  rounds: 8,",
            "  mem_cost: 14,",
            "}");
    var file =
        write(
            "firebase.json",
            "{\"users\": [{\"localId\": \"abc\", \"email\": \"ada@example.com\", \"emailVerified\": true,",
            "\"passwordHash\": \"lSrfV15cpx95_sZS2W9c9Kp6i_LVgQNDNC_qzrCnh1SAyZvqmZqAjTdn3aoItz-VHjoZilo78198JAdRuid5lQ==\",",
            "\"salt\": \"42xEC-ixf3L2lw==\", \"displayName\": \"Ada\", \"lastSignedInAt\": \"1575968400000\",",
            "\"createdAt\": \"1575968400000\", \"phoneNumber\": \"+447400123456\", \"disabled\": false,",
            "\"customAttributes\": \"{\\\"lang\\\":\\\"en\\\"}\", \"providerUserInfo\": []},",
            "{\"localId\": \"anonymous\", \"createdAt\": \"1575968400000\"}]}");

    assertEquals(
        1,
        importFrom(
            "--from-firebase",
            file.toString(),
            "--firebase-hash",
            parameters.toString(),
            "--columns",
            "lang=profile.language"));

    assertImported(1, 0, 0, 1);
    var ada = user("ada@example.com");
    assertEquals("abc", ada.externalId().orElseThrow().text());
    assertTrue(ada.phoneVerified());
    assertEquals("en", ada.profile().language());
    core.core()
        .sessions()
        .login(RequestContext.system(), ada.email(), Password.parse("user1password"), "");
  }
}
