package com.ecommerce.user.core.event;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;

/**
 * Writes events in the structured JSON format of <a
 * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents
 * 1.0</a>. An event always becomes the same bytes. Immutable.
 *
 * <p>The reason is left out, since it may contain personal data, which the service deletes later
 * and receivers would keep.
 */
public final class CloudEvents {
  /** The media type of the format. */
  public static final String MEDIA_TYPE = "application/cloudevents+json";

  private final String source;

  /**
   * @param source the attribute {@code source}, which names the service; together with the id, it
   *     identifies an event
   */
  public CloudEvents(URI source) {
    this.source = requireNonNull(source, "source").toString();
  }

  /** Returns the event as JSON in UTF-8. */
  public byte[] json(UserEvent event) {
    var data = new LinkedHashMap<String, Object>();
    data.put("user_id", event.user().toString());
    event.object().ifPresent(object -> data.put("object_id", object.toString()));
    data.put("actor", event.actor());
    data.put("fields", event.fields());
    event.userVersion().ifPresent(version -> data.put("user_version", version));
    if (!event.callId().isEmpty()) {
      data.put("call_id", event.callId());
    }
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("specversion", "1.0");
    attributes.put("id", event.id().toString());
    attributes.put("source", source);
    attributes.put("type", event.type());
    attributes.put("subject", event.user().toString());
    attributes.put("time", DateTimeFormatter.ISO_INSTANT.format(event.occurredAt()));
    attributes.put("datacontenttype", "application/json");
    attributes.put("position", event.position().toString());
    attributes.put("data", data);
    return JSONObjectUtils.toJSONString(attributes).getBytes(StandardCharsets.UTF_8);
  }
}
