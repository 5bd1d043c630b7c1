package com.ecommerce.user.rest.page;

import com.ecommerce.user.rest.http.Json;
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

  /**
   * The number of references that the description may have: parts that several operations share are
   * written once.
   */
  private static final int MAX_REFERENCES = 200;

  private final String buildVersion;
  private final Optional<String> publicUrl;

  /** Made when it is first asked for; made twice, it is the same. */
  private final AtomicReference<byte[]> json = new AtomicReference<>();

  /**
   * @param publicUrl the URL under which clients reach this API, without a slash at its end; if
   *     empty, the server is relative to the description
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

  /** Puts the public server first, which generated clients use; the page uses the other one. */
  private static void addServer(Map<String, Object> document, String url) {
    List<Object> servers = new ArrayList<>();
    servers.add(Map.of("url", url, "description", "the public address"));
    servers.addAll((List<?>) document.get("servers"));
    document.put("servers", servers);
  }

  /** Every object of the document is one; YAML allows more. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object object) {
    return (Map<String, Object>) object;
  }
}
