package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.bulk.UserDocument;
import com.ecommerce.user.core.bulk.UserExports;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.PageView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The pages about one user. The first shows the account with profile, addresses and preferences.
 * For callers who may export the user, there are two more: the ways to sign in with the sessions,
 * and the history with the mails.
 */
final class UserPages {
  static final String PATH = UserListPage.PATH + "/{user_id}";
  static final String SECURITY = PATH + "/security";

  /** The maximum number of events, and of mails, in the history. The export has no such limit. */
  private static final int NEWEST = 100;

  private final Users users;
  private final UserBatches batches;
  private final Addresses addresses;
  private final Preferences preferences;
  private final Sessions sessions;
  private final UserExports exports;
  private final ConsolePages console;

  UserPages(UserCore core, ConsolePages console) {
    this.users = core.users();
    this.batches = core.userBatches();
    this.addresses = core.addresses();
    this.preferences = core.preferences();
    this.sessions = core.sessions();
    this.exports = core.userExports();
    this.console = console;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "GET",
            PATH,
            Operation.GET_USER,
            request -> console.show(request, staff -> account(staff, Optional.empty())))
        .onSessionPage(
            "GET",
            SECURITY,
            Operation.LIST_SESSIONS,
            request -> console.show(request, this::security))
        .onSessionPage(
            "GET",
            PATH + "/history",
            Operation.EXPORT_USER,
            request -> console.show(request, this::history));
  }

  /** The tabs of the pages. */
  private enum Tab {
    ACCOUNT,
    SECURITY,
    HISTORY
  }

  /** A name and its value, with the badges beside the value. */
  private record Fact(String name, String value, List<Badge> badges) {
    static Fact of(String name, String value) {
      return new Fact(name, value, List.of());
    }
  }

  private record Badge(String text, String badge) {}

  private static Map<String, Object> values(StaffRequest staff, User user, Tab tab) {
    var values = staff.values();
    values.putAll(Labels.person(user));
    for (Tab each : Tab.values()) {
      values.put("at_" + Labels.lower(each), each == tab);
    }
    values.put("is_own", user.id().equals(staff.id()));
    values.put("is_verified", user.emailVerified());
    values.put("may_list_sessions", staff.may(Operation.LIST_SESSIONS, user.id()));
    values.put("may_export", staff.may(Operation.EXPORT_USER, user.id()));
    return values;
  }

  private static ApiResponse page(
      StaffRequest staff, int status, String template, Map<String, Object> values) {
    return staff.page(status, Place.USERS, (String) values.get("name"), template, values);
  }

  /**
   * Returns the page of the account.
   *
   * @param failure the failure of an action on the account; empty if there is none
   */
  ApiResponse account(StaffRequest staff, Optional<UserServiceException> failure) {
    var user = users.getCurrent(staff.call(), staff.request().user());
    var values = values(staff, user, Tab.ACCOUNT);
    failure.ifPresent(known -> values.put("problem", Labels.text(staff.view(), known)));
    values.putAll(actions(staff, user));
    values.put("account", accountFacts(staff, user));
    var profile = profileFacts(user);
    values.put("profile", profile);
    values.put("has_profile", !profile.isEmpty());
    var shown = addresses.list(staff.call(), user.id(), Optional.empty());
    values.put("addresses", shown.stream().map(address -> address(staff, address)).toList());
    values.put("has_addresses", !shown.isEmpty());
    var set = preferences.get(staff.call(), user.id());
    values.put(
        "preferences",
        Arrays.stream(Preference.Group.values())
            .map(group -> group(staff.view(), group, set))
            .toList());
    int status = failure.map(staff.request()::status).orElse(200);
    return page(staff, status, "user-account", values);
  }

  private record Action(String code, String title, boolean isSevere) {}

  private record RoleChoice(String code, String name, boolean chosen) {}

  /** Returns the values that tell the template what the caller may do with the user. */
  private static Map<String, Object> actions(StaffRequest staff, User user) {
    boolean mayChange = staff.may(Operation.UPDATE_ROLES_AND_STATUS, user.id());
    boolean isOther = !user.id().equals(staff.id());
    return Map.of(
        "version",
        Long.toString(user.audit().version()),
        "may_edit",
        staff.may(Operation.UPDATE_USER, user.id()),
        "may_change",
        mayChange && isOther,
        "may_verify",
        staff.may(Operation.VERIFY_EMAIL, user.id())
            && (!user.emailVerified() || user.pendingEmail().isPresent()),
        "may_reset",
        user.status().isOpen(),
        "changes",
        StatusChange.of(user.status()).stream().map(UserPages::action).toList(),
        "may_deactivate",
        StatusChange.of(user.status()).contains(StatusChange.DEACTIVATE),
        "role_choices",
        Role.highestFirst(List.of(Role.values()))
            .map(
                role ->
                    new RoleChoice(
                        Labels.lower(role), Labels.words(role), user.roles().contains(role)))
            .toList());
  }

  private static Action action(StatusChange change) {
    return new Action(Labels.lower(change), change.title(), change == StatusChange.BAN);
  }

  /** Returns the page on which the caller confirms the deletion by typing the user's email. */
  static ApiResponse confirmation(StaffRequest staff, User user, String reason, String error) {
    var values = staff.values();
    values.putAll(Labels.person(user));
    values.put("reason", reason);
    values.put("error", error);
    int status = error.isEmpty() ? 200 : 400;
    return staff.page(status, Place.USERS, "Delete " + values.get("name"), "user-delete", values);
  }

  private static List<Fact> accountFacts(StaffRequest staff, User user) {
    var facts = new ArrayList<Fact>();
    facts.add(new Fact("Email", user.email().address(), List.of(verified(user.emailVerified()))));
    user.pendingEmail()
        .ifPresent(
            pending ->
                facts.add(
                    new Fact(
                        "New email",
                        pending.address(),
                        List.of(new Badge("Not confirmed yet", "badge-waiting")))));
    user.phone()
        .ifPresent(
            phone ->
                facts.add(
                    new Fact("Phone", phone.e164(), List.of(verified(user.phoneVerified())))));
    add(facts, "First name", user.firstName());
    add(facts, "Last name", user.lastName());
    add(facts, "Display name", user.displayName());
    add(facts, "Registered", staff.time(user.audit().createdAt()));
    add(facts, "Changed", staff.time(user.audit().updatedAt()));
    add(facts, "Last sign-in", user.lastLoginAt().map(staff::time).orElse("Never"));
    user.externalId().ifPresent(id -> add(facts, "External id", id.text()));
    add(facts, "Id", user.id().toString());
    add(facts, "Version", Long.toString(user.audit().version()));
    return facts;
  }

  private static Badge verified(boolean isVerified) {
    return isVerified
        ? new Badge("Verified", "badge-done")
        : new Badge("Not verified", "badge-waiting");
  }

  private static void add(List<Fact> facts, String name, String value) {
    if (!value.isEmpty()) {
      facts.add(Fact.of(name, value));
    }
  }

  private static List<Fact> profileFacts(User user) {
    var profile = user.profile();
    var facts = new ArrayList<Fact>();
    add(facts, "Language", profile.language());
    add(facts, "Time zone", profile.timezone());
    add(facts, "Currency", profile.currency());
    profile.dateOfBirth().ifPresent(date -> add(facts, "Date of birth", date.toString()));
    add(facts, "Gender", profile.gender());
    add(facts, "Company", profile.company());
    add(facts, "Website", profile.website());
    profile.socialLinks().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(link -> add(facts, link.getKey(), link.getValue()));
    add(facts, "About", profile.bio());
    return facts;
  }

  private static Map<String, Object> address(StaffRequest staff, Address address) {
    var item = new HashMap<String, Object>();
    item.put("label", address.label());
    item.put("lines", staff.view().lines(address));
    item.put("phone", address.phone().map(PhoneNumber::e164).orElse(""));
    item.put("is_shipping", address.isDefaultShipping());
    item.put("is_billing", address.isDefaultBilling());
    return item;
  }

  /** A group of preferences: its name, and the names of the preferences that are on and off. */
  private record Group(String name, List<String> on, List<String> off) {}

  private static Group group(PageView view, Preference.Group group, PreferenceSet set) {
    var names =
        Arrays.stream(Preference.values())
            .filter(preference -> preference.group() == group)
            .collect(
                Collectors.partitioningBy(
                    set::isOn,
                    Collectors.mapping(
                        preference -> view.named("preference_" + preference.column()),
                        Collectors.toList())));
    return new Group(view.named("preferences_" + group.path()), names.get(true), names.get(false));
  }

  private ApiResponse security(StaffRequest staff) {
    var document = exports.document(staff.call(), staff.request().user(), 1);
    var user = document.user();
    var values = values(staff, user, Tab.SECURITY);
    values.put("password_changed", document.passwordChangedAt().map(staff::time).orElse(""));
    values.put(
        "registration",
        document
            .registration()
            .map(origin -> PageView.network(origin.network()) + " " + origin.device())
            .orElse(""));
    values.put("may_end", staff.may(Operation.REVOKE_ALL_SESSIONS, user.id()));
    var live = sessions.list(staff.call(), user.id());
    values.put("sessions", live.stream().map(session -> session(staff, session)).toList());
    values.put("has_sessions", !live.isEmpty());
    return page(staff, 200, "user-security", values);
  }

  private static Map<String, Object> session(StaffRequest staff, Session session) {
    var values = new HashMap<String, Object>();
    values.put("session_id", session.id().toString());
    values.put("device", session.deviceName().isEmpty() ? "Unknown device" : session.deviceName());
    values.put("network", PageView.network(session.clientNetwork()));
    values.put("begun", staff.time(session.createdAt()));
    values.put("used", staff.time(session.lastUsedAt()));
    values.put("is_own", staff.session().equals(session.id()));
    return values;
  }

  private ApiResponse history(StaffRequest staff) {
    var document = exports.document(staff.call(), staff.request().user(), NEWEST);
    var values = values(staff, document.user(), Tab.HISTORY);
    var actors =
        UserNames.of(
            batches, staff.call(), document.events().stream().map(UserDocument.EventRecord::actor));
    values.put(
        "events",
        document.events().stream().map(event -> event(staff, document, event, actors)).toList());
    values.put("has_all_events", document.events().size() < NEWEST);
    values.put("newest", NEWEST);
    values.put("mails", document.mails().stream().map(mail -> mail(staff, mail)).toList());
    values.put("has_mails", !document.mails().isEmpty());
    return page(staff, 200, "user-history", values);
  }

  private static Map<String, Object> event(
      StaffRequest staff,
      UserDocument document,
      UserDocument.EventRecord event,
      Map<String, String> actors) {
    var values = new HashMap<String, Object>();
    values.put("time", staff.time(event.occurredAt()));
    values.put("type", Labels.words(event.type()));
    String actor = event.actor();
    boolean isOwn = actor.equals(document.user().id().toString());
    values.put("actor", isOwn ? "the user" : actors.getOrDefault(actor, actor));
    values.put("actor_id", isOwn || !actors.containsKey(actor) ? "" : actor);
    values.put("reason", event.reason());
    values.put("fields", String.join(", ", event.fields()));
    return values;
  }

  private static Map<String, Object> mail(StaffRequest staff, UserDocument.MailRecord mail) {
    var values = new HashMap<String, Object>();
    values.put("kind", Labels.words(mail.kind()));
    values.put("recipient", mail.recipient());
    values.put("state", Labels.words(mail.state()));
    values.put("state_badge", mailBadge(mail.state()));
    values.put("time", staff.time(mail.finishedAt().orElse(mail.createdAt())));
    return values;
  }

  private static String mailBadge(String state) {
    return switch (state) {
      case "SENT" -> "badge-done";
      case "FAILED" -> "badge-failed";
      default -> "badge-waiting";
    };
  }
}
