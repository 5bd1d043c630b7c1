package com.ecommerce.user.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The description of this API in OpenAPI 3.1. It is written by hand in YAML, and served as JSON.
 * Thread-safe.
 */
final class OpenApi {
  private static final String RESOURCE = "openapi.yaml";

  /** What several operations share is written once and repeated by reference. */
  private static final int MAX_REFERENCES = 200;

  private final String buildVersion;

  /** Made when it is first asked for; made twice, it is the same. */
  private final AtomicReference<byte[]> json = new AtomicReference<>();

  OpenApi(String buildVersion) {
    this.buildVersion = buildVersion;
  }

  byte[] json() {
    byte[] known = json.get();
    if (known == null) {
      known = Json.write(read());
      json.set(known);
    }
    return known;
  }

  private Map<String, Object> read() {
    try (InputStream yaml = OpenApi.class.getResourceAsStream(RESOURCE)) {
      var settings = LoadSettings.builder().setMaxAliasesForCollections(MAX_REFERENCES).build();
      Map<String, Object> document = asMap(new Load(settings).loadFromInputStream(yaml));
      asMap(document.get("info")).put("version", buildVersion);
      return document;
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the description of the API cannot be read", unreadable);
    }
  }

  /** Every object of the document is one; YAML allows more. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object object) {
    return (Map<String, Object>) object;
  }
}
