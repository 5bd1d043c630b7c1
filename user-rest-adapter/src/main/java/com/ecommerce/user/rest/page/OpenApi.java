package com.ecommerce.user.rest.page;

import com.ecommerce.user.rest.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The description of this API in OpenAPI 3.1. It is written by hand in YAML, and served as JSON.
 * Thread-safe.
 */
public final class OpenApi {
  private static final String RESOURCE = "openapi.yaml";

  /** The maximum number of YAML aliases in the description, with which operations share parts. */
  private static final int MAX_REFERENCES = 200;

  private final String buildVersion;
  private final Optional<String> publicUrl;

  /** Created on first use. If two threads create it, both results are equal. */
  private final AtomicReference<byte[]> json = new AtomicReference<>();

  /**
   * @param publicUrl the URL under which clients reach this API, without a trailing slash; if
   *     empty, the description has only a relative server URL
   */
  public OpenApi(String buildVersion, Optional<String> publicUrl) {
    this.buildVersion = buildVersion;
    this.publicUrl = publicUrl;
  }

  public byte[] json() {
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
      publicUrl.ifPresent(url -> addServer(document, url));
      return document;
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the description of the API cannot be read", unreadable);
    }
  }

  /**
   * Adds the public server as the first one, which generated clients use. The page uses the
   * relative one.
   */
  private static void addServer(Map<String, Object> document, String url) {
    List<Object> servers = new ArrayList<>();
    servers.add(Map.of("url", url, "description", "the public address"));
    servers.addAll((List<?>) document.get("servers"));
    document.put("servers", servers);
  }

  /** Casts an object of the document, whose keys are all strings, although YAML allows others. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object object) {
    return (Map<String, Object>) object;
  }
}
