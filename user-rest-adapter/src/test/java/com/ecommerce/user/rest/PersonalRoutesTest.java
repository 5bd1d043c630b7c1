package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests addresses and preferences. */
@ExtendWith(PostgresExtension.class)
class PersonalRoutesTest {
  private static final String ADDRESSES = "/api/users/me/addresses";
  private static final String PREFERENCES = "/api/users/me/preferences";
  private static final String HOME =
      """
      {"label": "Home", "line1": "221B Baker Street", "city": "London", "postal_code": "NW1 6XE",
       "country_code": "gb", "type": "both", "phone_number": "+442079460958"}
      """;

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void address_isAddedAndFound() {
    var member = fixture.member();
    var added = member.client().post(ADDRESSES, HOME).as(201);
    assertEquals("Ada Lovelace", added.string("/full_name"));
    assertEquals("GB", added.string("/country_code"));
    assertEquals("both", added.string("/type"));
    assertTrue(added.at("/is_default_shipping").booleanValue());
    assertEquals(member.path() + "/addresses/" + added.string("/id"), added.header("Location"));
    assertEquals(added.text(), member.client().get(added.header("Location")).as(200).text());
    member
        .client()
        .with("If-None-Match", added.header("ETag"))
        .get(added.header("Location"))
        .as(304);
    var all = member.client().get(ADDRESSES).as(200);
    assertEquals(added.json(), all.at("/results/0"));
    assertEquals(1, member.client().get(ADDRESSES + "?type=shipping").at("/results").size());
    member.client().get(ADDRESSES + "?type=holiday").invalid("type");
  }

  @Test
  void address_namesEveryBrokenRule() {
    fixture
        .member()
        .client()
        .post(ADDRESSES, "{}")
        .invalid("line1", "city", "country_code", "type");
    fixture
        .member()
        .client()
        .post(
            ADDRESSES,
            "{\"line1\":1,\"city\":\"\",\"country_code\":\"XX\",\"type\":\"x\",\"is_default_billing\":\"yes\",\"phone_number\":\"1\"}")
        .invalid("line1", "city", "country_code", "type", "is_default_billing", "phone_number");
  }

  @Test
  void events_areListedForTheirUserAndForAdmins() {
    var member = fixture.member();
    member.client().patch("/api/users/me/profile", "{\"bio\":\"x\"}").as(200);
    String query = "?type=user.created,user.updated&page_size=1";

    var page = member.client().get("/api/users/me/events" + query).as(200);
    assertEquals("user.updated", page.string("/results/0/type"));
    assertEquals("profile.bio", page.string("/results/0/fields/0"));
    assertTrue(page.at("/results/0/user_version").isInt());
    String next = page.string("/next");
    var last = member.client().get(next.substring(next.indexOf("/api/"))).as(200);
    assertEquals("user.created", last.string("/results/0/type"));

    var admin = fixture.member(Role.ADMIN).client();
    String ofMember = "user_id=" + member.user().id();
    assertEquals(
        page.at("/results"),
        admin.get("/api/events" + query + "&" + ofMember).as(200).at("/results"));
    assertEquals(
        page.at("/results"), admin.get(member.path() + "/events" + query).as(200).at("/results"));
    member.client().get("/api/events?" + ofMember).problem(403, "ACCESS_DENIED");
    fixture.member().client().get(member.path() + "/events").problem(403, "ACCESS_DENIED");
    admin
        .get("/api/events?user_id=x&type=y&occurred_after=z&page_size=-1")
        .invalid("user_id", "type", "occurred_after", "page_size");
  }

  @Test
  void export_isADownloadOfAllThatIsKnown() {
    var member = fixture.member();
    member.client().post(ADDRESSES, HOME).as(201);

    var export = member.client().get("/api/users/me/export").as(200);

    assertEquals(
        "attachment; filename=\"user-" + member.user().id() + ".json\"",
        export.header("Content-Disposition"));
    assertEquals(member.client().get("/api/users/me").as(200).json(), export.at("/user"));
    assertEquals("Home", export.string("/addresses/0/label"));
    assertEquals(member.client().get(PREFERENCES).as(200).json(), export.at("/preferences"));
    assertTrue(export.at("/password_changed_at").isString());
    assertTrue(export.at("/sessions/0/ended_at").isNull());
    assertEquals("address.added", export.string("/events/0/type"));
    assertEquals("VERIFY_EMAIL", export.string("/mails/0/kind"));
    assertEquals(
        export.at("/user"),
        fixture.member(Role.ADMIN).client().get(member.path() + "/export").as(200).at("/user"));
    fixture.member().client().get(member.path() + "/export").problem(403, "ACCESS_DENIED");
  }

  @Test
  void address_isChanged() {
    var client = fixture.member().client();
    String path = ADDRESSES + "/" + client.post(ADDRESSES, HOME).string("/id");
    var patched = client.patch(path, "{\"line2\":\"First floor\",\"phone_number\":null}").as(200);
    assertEquals("First floor", patched.string("/line2"));
    assertTrue(patched.at("/phone_number").isNull());
    assertEquals("\"2\"", patched.header("ETag"));
    client
        .with("If-Match", "\"1\"")
        .patch(path, "{\"line2\":\"\"}")
        .problem(412, "VERSION_MISMATCH");
    var replaced =
        client
            .with("If-Match", "\"2\"")
            .put(
                path,
                "{\"line1\":\"1 High Street\",\"city\":\"Leeds\",\"country_code\":\"GB\",\"type\":\"both\"}")
            .as(200);
    assertEquals("", replaced.string("/label"));
    assertEquals("", replaced.string("/postal_code"));
    assertTrue(replaced.at("/is_default_billing").booleanValue());
    client.patch(path, "{\"line1\":null,\"type\":null}").invalid("line1", "type");
  }

  @Test
  void default_isSetWhereTheTypeAllows() {
    var client = fixture.member().client();
    client.post(ADDRESSES, HOME).as(201);
    String path =
        ADDRESSES + "/" + client.post(ADDRESSES, HOME.replace("both", "shipping")).string("/id");
    var answer = client.post(path + "/default", "{\"type\":\"shipping\"}").as(200);
    assertTrue(answer.at("/is_default_shipping").booleanValue());
    assertFalse(client.get(ADDRESSES).at("/results/0/is_default_shipping").booleanValue());
    client.post(path + "/default", "{\"type\":\"billing\"}").problem(409, "ADDRESS_TYPE_MISMATCH");
    client.post(path + "/default", "{}").invalid("type");
    client.with("If-Match", "\"9\"").post(path + "/default", "{\"type\":\"shipping\"}").as(412);
  }

  @Test
  void address_isDeleted() {
    var client = fixture.member().client();
    String path = ADDRESSES + "/" + client.post(ADDRESSES, HOME).string("/id");
    client.with("If-Match", "\"9\"").delete(path).as(412);
    client.delete(path).as(204);
    client.delete(path).problem(404, "ADDRESS_NOT_FOUND");
    client.get(path).problem(404, "ADDRESS_NOT_FOUND");
    client.get(ADDRESSES + "/x").invalid("address_id");
    client.patch(ADDRESSES + "/x", "{\"city\":\"\"}").invalid("address_id", "city");
  }

  @Test
  void address_ofAnotherUserIsNotFound() {
    var owner = fixture.member();
    String id = owner.client().post(ADDRESSES, HOME).string("/id");
    var other = fixture.member().client();
    other.get(ADDRESSES + "/" + id).problem(404, "ADDRESS_NOT_FOUND");
    other.patch(ADDRESSES + "/" + id, "{\"label\":\"x\"}").problem(404, "ADDRESS_NOT_FOUND");
    other.get(owner.path() + "/addresses").problem(403, "ACCESS_DENIED");
  }

  @Test
  void preferences_areChangedOneByOneOrWhole() {
    var client = fixture.member().client();
    var preset = client.get(PREFERENCES).as(200);
    assertTrue(preset.at("/email/order_updates").booleanValue());
    assertFalse(preset.at("/email/newsletter").booleanValue());
    var patched = client.patch(PREFERENCES, "{\"email\":{\"newsletter\":true}}").as(200);
    assertTrue(patched.at("/email/newsletter").booleanValue());
    assertTrue(patched.at("/email/order_updates").booleanValue());
    var replaced = client.put(PREFERENCES, "{\"sms\":{\"enabled\":true}}").as(200);
    assertTrue(replaced.at("/sms/enabled").booleanValue());
    assertFalse(replaced.at("/email/order_updates").booleanValue());
    assertEquals(replaced.text(), client.get(PREFERENCES).text());
  }

  @Test
  void preferences_nameEveryBrokenRule() {
    fixture
        .member()
        .client()
        .patch(
            PREFERENCES,
            "{\"email\":[],\"push\":{\"enabled\":\"yes\"},\"privacy\":{\"searchable\":null},\"sms\":null}")
        .invalid("email", "push.enabled", "privacy.searchable", "sms");
  }
}
