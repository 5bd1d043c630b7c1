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
 * Traces by OpenTelemetry, for a process that wants them: without this class none of OpenTelemetry
 * is loaded. Thread-safe; whoever makes it closes it, which sends the last spans.
 */
public final class Tracing implements AutoCloseable {
  /** The settings that the library leaves open, or sets for other programs than this one. */
  private static final Map<String, String> PRESETS =
      Map.of(
          // The default of the specification, and the only one whose client the JDK has.
          "otel.exporter.otlp.protocol", "http/protobuf",
          // Prometheus reads the metrics, and logs are lines.
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
   * @param variables those whose names begin with OTEL_, of which the library has a meaning for
   *     many
   * @param version of this service
   * @param database the name of the database that statements go to
   * @throws IllegalArgumentException with one line that names the variable with a bad value
   */
  public Tracing(Map<String, String> variables, String version, String database) {
    // The library logs by java.util.logging.
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

  /** Returns the variables with names as the library spells them. */
  private static Map<String, String> properties(Map<String, String> variables) {
    var properties = new HashMap<String, String>();
    variables.forEach(
        (name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    return properties;
  }

  /** With our name and version, where the operator told none. */
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

  /** The first line that names a property, as the variable that operators set; else the last. */
  private static String lineFor(Throwable bad) {
    String message = String.valueOf(bad.getMessage()).lines().findFirst().orElse("");
    var property = PROPERTY.matcher(message);
    if (property.find()) {
      return property.replaceAll(
          name -> name.group().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"));
    }
    return bad.getCause() == null ? "the variables OTEL_…: " + message : lineFor(bad.getCause());
  }

  /** For gRPC services, outside of all others. */
  public ServerInterceptor interceptor() {
    return new TracingInterceptor(spans);
  }

  public RequestObserver requests() {
    return new TracedRequests(spans);
  }

  public MailObserver mails() {
    return new TracedMails(spans);
  }

  /** Waits some seconds at most for the receiver to take the last spans. */
  @Override
  public void close() {
    sdk.shutdown().join(LAST_SPANS_SECONDS, TimeUnit.SECONDS);
  }
}
