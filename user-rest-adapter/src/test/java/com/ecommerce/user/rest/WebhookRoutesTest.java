package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class WebhookRoutesTest {
  private static final String WEBHOOKS = "/api/webhooks";
  private static RestFixture fixture;
  private static RestClient admin;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
    admin = fixture.member(Role.ADMIN).client();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static RestClient.Answer created(String json) {
    return admin.post(WEBHOOKS, json).as(201);
  }

  @Test
  void endpoint_isReadChangedAndDeleted() {
    var created =
        created(
            "{\"url\":\"https://shop.example/hooks\",\"types\":[\"user.created\"],\"description\":\"shop\"}");
    String path = created.header("Location");
    assertTrue(created.string("/secret").startsWith("whsec_"));
    assertEquals("active", created.string("/webhook/state"));
    var read = admin.get(path).as(200);
    assertEquals(created.at("/webhook"), read.json());
    assertFalse(read.text().contains("whsec_"));
    assertFalse(admin.get(WEBHOOKS).as(200).text().contains("whsec_"));

    // A client may send back what it has read.
    assertEquals(read.json(), admin.patch(path, read.text()).as(200).json());
    var changed = admin.patch(path, "{\"types\":null,\"description\":\"\"}").as(200);
    assertEquals("https://shop.example/hooks", changed.string("/url"));
    assertEquals(0, changed.at("/types").size());
    assertEquals("", changed.string("/description"));
    assertEquals("paused", admin.send("POST", path + "/pause").as(200).string("/state"));
    assertEquals("active", admin.send("POST", path + "/resume").as(200).string("/state"));
    var rotated = admin.post(path + "/secret", "{\"overlap_hours\":0}").as(200);
    assertNotEquals(created.string("/secret"), rotated.string("/secret"));
    assertTrue(rotated.at("/webhook/previous_secret_until").isNull());

    admin.delete(path).as(204);
    admin.get(path).problem(404, "WEBHOOK_NOT_FOUND");
    admin.delete(path).problem(404, "WEBHOOK_NOT_FOUND");
  }

  @Test
  void invalidRequests_nameTheirFields() {
    admin.post(WEBHOOKS, "{}").invalid("url");
    admin
        .post(
            WEBHOOKS, "{\"url\":\"https://a@shop.example\",\"types\":[\"none\"],\"secret\":\"x\"}")
        .invalid("url", "types", "secret");
    String path = created("{\"url\":\"https://shop.example/\"}").header("Location");
    admin.post(path + "/secret", "{\"overlap_hours\":169}").invalid("overlap_hours");
    admin.post(path + "/secret", "{\"overlap_hours\":\"7\"}").invalid("overlap_hours");
    admin.post(path + "/redeliver", "{}").invalid("event_id");
    admin.post(path + "/redeliver", "{\"position\":\"x\"}").invalid("position");
    admin
        .post(path + "/redeliver", "{\"event_id\":\"0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e\"}")
        .problem(404, "WEBHOOK_DELIVERY_NOT_FOUND");
    admin
        .post(path + "/redeliver", "{\"position\":\"00000007-1\"}")
        .problem(400, "POSITION_OUT_OF_RANGE");
    admin.get(path + "/deliveries?state=lost").invalid("state");
    admin.get(WEBHOOKS + "/7").invalid("webhook_id");
  }

  @Test
  void repeatedCreation_hasOneEffectAndTheSameSecret() {
    var keyed = admin.with("Idempotency-Key", "\"a-hook\"");
    var first = keyed.post(WEBHOOKS, "{\"url\":\"https://shop.example/keyed\"}").as(201);
    var again = keyed.post(WEBHOOKS, "{\"url\":\"https://shop.example/keyed\"}").as(201);

    assertEquals("true", again.header("Idempotent-Replayed"));
    assertEquals(first.json(), again.json());
  }

  @Test
  void repeatedRotation_hasOneEffectAndTheSameSecret() {
    String path = created("{\"url\":\"https://shop.example/rotated\"}").header("Location");
    var keyed = admin.with("Idempotency-Key", "\"a-rotation\"");
    var first = keyed.post(path + "/secret", "{\"overlap_hours\":1}").as(200);
    var again = keyed.post(path + "/secret", "{\"overlap_hours\":1}").as(200);

    assertEquals("true", again.header("Idempotent-Replayed"));
    assertEquals(first.json(), again.json());
    assertEquals(first.at("/webhook"), admin.get(path).as(200).json());
  }
}
