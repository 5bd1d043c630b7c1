package com.ecommerce.user.core.internal.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.bulk.ExportedUser;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.bulk.UserDocument.EventRecord;
import com.ecommerce.user.core.bulk.UserDocument.MailRecord;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UserExportsTest extends ImportTesting {
  private List<ExportedUser> export(UserFilter filter, boolean withHashes) {
    List<ExportedUser> exported = new ArrayList<>();
    core.userExports().export(CALL, filter, withHashes, exported::add);
    return exported;
  }

  private ExportedUser exportOf(UserId id, boolean withHashes) {
    return export(UserFilter.ALL, withHashes).stream()
        .filter(exported -> exported.user().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private UserId imported(ImportedUser.Builder row) {
    return assertImported(Outcome.CREATED, importOne(row));
  }

  private static ImportedUser.Builder whole(String email) {
    return row(email)
        .passwordHash(HASH)
        .address(
            address ->
                address
                    .label("Home")
                    .line1("1 High St")
                    .city("Leeds")
                    .country("GB")
                    .type(AddressType.BOTH))
        .preference(Preference.EMAIL_NEWSLETTER, true);
  }

  @Test
  void export_hasUsersWithWhatBelongsToThem() {
    var id = imported(whole("exported@example.com"));

    var exported = exportOf(id, true);

    assertEquals(get(id), exported.user());
    assertEquals(Optional.of(HASH), exported.passwordHash());
    assertEquals(List.of("Home"), exported.addresses().stream().map(Address::label).toList());
    assertTrue(exported.preferences().orElseThrow().isOn(Preference.EMAIL_NEWSLETTER));
    assertEquals(Optional.empty(), exportOf(id, false).passwordHash());
  }

  @Test
  void export_ofManyPages_hasEveryUserOnceInTheOrderOfTheIds() {
    for (int page = 0; page < 3; page++) {
      int first = page * 450;
      importAll(
          IntStream.range(first, first + 450)
              .mapToObj(number -> row("page" + number + "@example.com"))
              .toArray(ImportedUser.Builder[]::new));
    }

    var ids =
        export(UserFilter.ALL, false).stream()
            .map(exported -> exported.user().id().value())
            .toList();

    // PostgreSQL compares ids as unsigned numbers.
    assertEquals(ids.stream().sorted(Comparator.comparing(UUID::toString)).toList(), ids);
    assertEquals(
        database.query("select count(*) as users from users").get(0).get("users"),
        (long) Set.copyOf(ids).size());
  }

  @Test
  void export_filtersAsListsDo() {
    var seller = imported(row("seller@example.com").roles(Set.of(Role.SELLER, Role.CUSTOMER)));
    var banned = imported(row("banned@example.com").status(UserStatus.BANNED));

    var sellers = export(new UserFilter(Set.of(), Set.of(Role.SELLER)), false);
    var bannedUsers = export(new UserFilter(Set.of(UserStatus.BANNED), Set.of()), false);

    assertEquals(Set.of(seller), idsOf(sellers));
    assertEquals(Set.of(banned), idsOf(bannedUsers));
  }

  private static Set<UserId> idsOf(List<ExportedUser> exported) {
    return exported.stream().map(one -> one.user().id()).collect(Collectors.toSet());
  }

  @Test
  void export_isOfOneMoment() {
    var id = imported(row("moment@example.com"));
    List<String> seen = new ArrayList<>();

    core.userExports()
        .export(
            CALL,
            UserFilter.ALL,
            false,
            exported -> {
              if (seen.isEmpty()) {
                importOne(row("moment@example.com").lastName("Byron"));
                importOne(row("too.late@example.com"));
              }
              seen.add(exported.user().email().address() + " " + exported.user().lastName());
            });

    assertTrue(seen.contains("moment@example.com Lovelace"), "as it was");
    assertTrue(seen.stream().noneMatch(one -> one.startsWith("too.late")), "created later");
    assertEquals("Byron", get(id).lastName());
  }

  @Test
  void export_canBeImportedElsewhere() {
    var id = imported(whole("round@example.com").externalId("crm-round"));
    var exported = exportOf(id, true);
    users.delete(CALL, id, "");

    var again =
        imported(
            row("round@example.com")
                .id(exported.user().id().toString())
                .externalId("crm-round")
                .passwordHash(exported.passwordHash().orElseThrow()));

    assertEquals(id, again);
    assertEquals(HASH, hashOf(again));
  }

  @Test
  void export_ofOwnHashes_canBeImported() {
    var user = users.create(CALL, TestUsers.aUser("own.hash@example.com"));
    String hash = exportOf(user.id(), true).passwordHash().orElseThrow();

    imported(row("own.hash.copy@example.com").passwordHash(hash).testPassword(TestUsers.PASSWORD));
  }

  @Test
  void exports_areLimitedInNumber() {
    imported(row("busy@example.com"));
    List<ErrorReason> refusals = new ArrayList<>();

    core.userExports()
        .export(
            CALL,
            UserFilter.ALL,
            false,
            first -> {
              if (refusals.isEmpty()) {
                core.userExports()
                    .export(CALL, UserFilter.ALL, false, second -> refusals.add(refusal()));
              }
            });

    assertEquals(Set.of(ErrorReason.SERVER_BUSY), Set.copyOf(refusals));
    assertTrue(!export(UserFilter.ALL, false).isEmpty(), "free again");
  }

  private ErrorReason refusal() {
    return assertThrows(
            UserServiceException.class,
            () -> core.userExports().export(CALL, UserFilter.ALL, false, user -> {}))
        .reason();
  }

  @Test
  void document_hasAllThatIsKnown() {
    User user = users.create(CALL, TestUsers.aUser("document@example.com"));
    var session = core.sessions().signIn(CALL, user.id(), "phone").session();
    core.sessions().logout(CALL, session.id());
    mailsTo("document@example.com");

    var document = core.userExports().document(CALL, user.id());

    assertEquals(get(user.id()), document.user());
    assertEquals(Optional.of(user.audit().createdAt()), document.passwordChangedAt());
    assertTrue(document.registration().isPresent(), "the email is not verified");
    assertEquals(session.id(), document.sessions().get(0).id());
    assertEquals("phone", document.sessions().get(0).deviceName());
    assertTrue(document.sessions().get(0).endedAt().isPresent(), "ended");
    assertEquals(
        List.of("session.ended", "session.started", "user.created"),
        document.events().stream().map(EventRecord::type).toList());
    assertEquals(
        List.of("VERIFY_EMAIL SENT"),
        document.mails().stream().map(mail -> mail.kind() + " " + mail.state()).toList());
    assertEquals(
        List.of("document@example.com"),
        document.mails().stream().map(MailRecord::recipient).toList());
  }

  @Test
  void document_ofNobody_isNotFound() {
    var failure =
        assertThrows(
            UserServiceException.class,
            () -> core.userExports().document(CALL, new UserId(new UUID(7, 7))));

    assertEquals(ErrorReason.USER_NOT_FOUND, failure.reason());
  }
}
