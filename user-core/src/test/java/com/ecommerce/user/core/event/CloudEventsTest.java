package com.ecommerce.user.core.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
  private static final UUID ID = UUID.fromString("0190b6e2-0000-7a52-9d3e-3f1c2a4b5d6e");
  private static final UUID USER = UUID.fromString("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
  private static final UUID ADDRESS = UUID.fromString("0190b6e2-8888-7a52-9d3e-3f1c2a4b5d6e");

  private final CloudEvents format = new CloudEvents(URI.create("/user-service"));

  private String json(UserEvent event) {
    return new String(format.json(event), StandardCharsets.UTF_8);
  }

  @Test
  void event_hasTheAttributesOfTheSpecification_andItsOwnFieldsAsData() {
    var event =
        new UserEvent(
            ID,
            new EventPosition(0x1a2b3c4d, 17),
            "address.updated",
            USER,
            Optional.of(ADDRESS),
            "service:orders",
            "Ada moved",
            List.of("line1", "city"),
            OptionalLong.of(4),
            Instant.parse("2026-11-30T12:00:00.123456Z"),
            "c0ffee");

    assertEquals(
        "{\"specversion\":\"1.0\","
            + "\"id\":\"0190b6e2-0000-7a52-9d3e-3f1c2a4b5d6e\","
            + "\"source\":\"/user-service\","
            + "\"type\":\"address.updated\","
            + "\"subject\":\"0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e\","
            + "\"time\":\"2026-11-30T12:00:00.123456Z\","
            + "\"datacontenttype\":\"application/json\","
            + "\"position\":\"1a2b3c4d-17\","
            + "\"data\":{\"user_id\":\"0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e\","
            + "\"object_id\":\"0190b6e2-8888-7a52-9d3e-3f1c2a4b5d6e\","
            + "\"actor\":\"service:orders\","
            + "\"fields\":[\"line1\",\"city\"],"
            + "\"user_version\":4,"
            + "\"call_id\":\"c0ffee\"}}",
        json(event));
    assertFalse(json(event).contains("Ada"));
  }

  @Test
  void textsOfCallers_areEscaped_andAbsentOnesAreLeftOut() {
    var event =
        new UserEvent(
            ID,
            new EventPosition(-1, 1),
            "session.ended",
            USER,
            Optional.empty(),
            "service:\"a\\b\u0001é<",
            "",
            List.of(),
            OptionalLong.empty(),
            Instant.parse("2026-11-30T12:00:00Z"),
            "");

    String json = json(event);

    assertEquals(
        "{\"user_id\":\"0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e\","
            + "\"actor\":\"service:\\\"a\\\\b\\u0001é<\",\"fields\":[]}}",
        json.substring(json.indexOf("{\"user_id\"")));
  }
}
