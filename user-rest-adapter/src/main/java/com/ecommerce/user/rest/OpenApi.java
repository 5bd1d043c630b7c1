package com.ecommerce.user.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The description of this API in OpenAPI 3.1. It is written by hand in YAML, and served as JSON.
 * Thread-safe.
 */
final class OpenApi {
  private static final String RESOURCE = "openapi.yaml";

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

  private ObjectNode read() {
    try (InputStream yaml = OpenApi.class.getResourceAsStream(RESOURCE)) {
      var document = (ObjectNode) new YAMLMapper().readTree(yaml);
      document.withObject("/info").put("version", buildVersion);
      return document;
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the description of the API cannot be read", unreadable);
    }
  }
}
