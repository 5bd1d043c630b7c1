package com.ecommerce.user.server.tracing;

import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.rest.http.RequestObserver;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Tracing with OpenTelemetry. Classes of OpenTelemetry are only loaded if this class is used. The
 * caller closes it, which sends the last spans. Thread-safe.
 */
public final class Tracing implements AutoCloseable {
  /** The defaults of this service, which replace those of the library. */
  private static final Map<String, String> PRESETS =
      Map.of(
          // This is the specification's default, and the only protocol for which the JDK has a
          // client.
          "otel.exporter.otlp.protocol", "http/protobuf",
          // Metrics are exported for Prometheus, and logs are written as lines.
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> SERVICE_VERSION =
      AttributeKey.stringKey("service.version");
  private static final Pattern PROPERTY = Pattern.compile("otel(?:\\.[a-z0-9_-]+)+");
  private static final long LAST_SPANS_SECONDS = 5;

  private final Logger libraryLog = Logger.getLogger("io.opentelemetry");
  private final OpenTelemetrySdk sdk;
  private final Spans spans;

  /**
   * @param variables the environment variables whose names begin with OTEL_
   * @param version the version of this service
   * @param database the name of the database that statements use
   * @throws IllegalArgumentException with one line that names the variable whose value is invalid
   */
  public Tracing(Map<String, String> variables, String version, String database) {
    // The library logs with java.util.logging.
    libraryLog.setUseParentHandlers(false);
    libraryLog.addHandler(new LibraryLog());
    sdk = sdk(properties(variables), version);
    spans = Spans.of(sdk, version, database);
  }

  private static OpenTelemetrySdk sdk(Map<String, String> properties, String version) {
    try {
      return AutoConfiguredOpenTelemetrySdk.builder()
          .disableShutdownHook()
          .addPropertiesSupplier(() -> PRESETS)
          .addPropertiesCustomizer(ignored -> properties)
          .addResourceCustomizer((resource, config) -> named(resource, config, version))
          .build()
          .getOpenTelemetrySdk();
    } catch (ConfigurationException | IllegalStateException | IllegalArgumentException bad) {
      throw new IllegalArgumentException(lineFor(bad), bad);
    }
  }

  /** Returns the variables under the names of the library's properties. */
  private static Map<String, String> properties(Map<String, String> variables) {
    var properties = new HashMap<String, String>();
    variables.forEach(
        (name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    return properties;
  }

  /** Adds the name and version of this service, unless the operator has set them. */
  private static Resource named(Resource resource, ConfigProperties config, String version) {
    var told = config.getMap("otel.resource.attributes");
    var preset = Attributes.builder();
    if (config.getString("otel.service.name") == null && !told.containsKey(SERVICE_NAME.getKey())) {
      preset.put(SERVICE_NAME, "user-service");
    }
    if (!told.containsKey(SERVICE_VERSION.getKey())) {
      preset.put(SERVICE_VERSION, version);
    }
    return resource.merge(Resource.create(preset.build()));
  }

  /**
   * Returns the first message of the cause chain that names a property, under the name of the
   * environment variable; if there is none, the innermost message.
   */
  private static String lineFor(Throwable bad) {
    String message = String.valueOf(bad.getMessage()).lines().findFirst().orElse("");
    var property = PROPERTY.matcher(message);
    if (property.find()) {
      return property.replaceAll(
          name -> name.group().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"));
    }
    return bad.getCause() == null ? "the variables OTEL_…: " + message : lineFor(bad.getCause());
  }

  /** Returns the interceptor for gRPC services, which must be the outermost one. */
  public ServerInterceptor interceptor() {
    return new TracingInterceptor(spans);
  }

  public RequestObserver requests() {
    return new TracedRequests(spans);
  }

  public MailObserver mails() {
    return new TracedMails(spans);
  }

  /** Sends the last spans, for at most a few seconds. */
  @Override
  public void close() {
    sdk.shutdown().join(LAST_SPANS_SECONDS, TimeUnit.SECONDS);
  }
}
