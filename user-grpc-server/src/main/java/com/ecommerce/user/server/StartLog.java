package com.ecommerce.user.server;

import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.database.DatabaseFacts;
import com.ecommerce.user.server.mail.MailTransports;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a start: the version, the settings, the addresses, the location of data and mails, and the
 * next step for the operator. The only secret in the lines is in the paths of the pages of sent
 * mails and of the first admin. Not thread-safe.
 */
final class StartLog {
  private static final Logger log = LoggerFactory.getLogger(StartLog.class);

  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
  private static final String FIRST_USER =
      "'{\"email\":\"ada@example.com\",\"password\":\"correct horse battery\"}'";

  private final ServerSettings settings;
  private final long begin = System.nanoTime();

  StartLog(ServerSettings settings) {
    this.settings = settings;
  }

  /** Logs the version, the settings, and the directories that it writes to. */
  void starting() {
    log.info(
        "User Service {} is starting: Java {}, process {}",
        BuildInfo.version(),
        System.getProperty("java.version"),
        ProcessHandle.current().pid());
    changedByGroup().forEach((group, values) -> log.info("{}: {}", group.title(), values));
    if (settings.tracing().isOn()) {
      log.info("Tracing: {}", settings.tracing());
    }
    if (settings.databaseUrl().isEmpty()) {
      log.info("Data directory: {}", absolute(settings.dataDirectory()));
    }
    settings
        .mail()
        .smtp()
        .ifPresentOrElse(
            smtp -> log.info("Mails: sent through {}", smtp),
            () ->
                log.info(
                    "Mails: written to {}, because SMTP_URL is not set",
                    absolute(MailTransports.directory(settings.dataDirectory()))));
  }

  private Map<Setting.Group, String> changedByGroup() {
    return settings.changed().entrySet().stream()
        .collect(
            Collectors.groupingBy(
                changed -> changed.getKey().group(),
                TreeMap::new,
                Collectors.mapping(
                    changed -> changed.getKey().variable() + "=" + changed.getValue(),
                    Collectors.joining(", "))));
  }

  private static Path absolute(Path directory) {
    return directory.toAbsolutePath().normalize();
  }

  /** Logs which database is used. */
  void connected(DatabaseFacts database) {
    log.info(
        "Database: {}, PostgreSQL {}, schema version {}",
        settings.databaseUrl().map(Object::toString).orElse("embedded"),
        database.serverVersion(),
        database.schemaVersion());
    settings
        .databaseReadUrl()
        .ifPresent(replica -> log.info("Replica for lists and searches: {}", replica));
  }

  /**
   * Logs where the service can be called, and what to do next.
   *
   * @param restPort empty if REST is off
   * @param metricsPort empty if metrics are off
   * @param pagesKey the secret in the paths of sent mails and of the page that creates an admin
   */
  void ready(
      DatabaseFacts database,
      int port,
      Optional<Integer> restPort,
      Optional<Integer> metricsPort,
      String pagesKey) {
    boolean hasTls = settings.tls().isOn();
    String grpc = host() + ":" + port;
    var rest = restPort.map(number -> (hasTls ? "https://" : "http://") + host() + ":" + number);
    log.info(
        "gRPC: {} ({}), listening on {}",
        grpc,
        hasTls ? "TLS" : "plaintext",
        settings.listenAddress().orElse("all addresses"));
    rest.ifPresentOrElse(
        url -> log.info("REST: {}, documentation: {}/docs", url, url), () -> log.info("REST: off"));
    if (settings.mail().smtp().isEmpty()) {
      rest.ifPresent(url -> log.info("Mails on this machine: {}/dev/mails/{}", url, pagesKey));
    }
    metricsPort
        .map(number -> "http://" + host() + ":" + number)
        .ifPresentOrElse(
            url -> log.info("Metrics: {}/metrics, readiness: {}/readyz", url, url),
            () -> log.info("Metrics: off"));
    protection();
    if (!database.hasUsers()) {
      log.info("There are no users yet. To register the first one: {}", firstUser(grpc, rest));
    }
    if (!database.hasAdmins() && settings.hasConsole()) {
      rest.ifPresent(
          url ->
              log.info("There is no admin yet. To create the first one{}", setup(url, pagesKey)));
    }
    log.info(
        "Ready in {} s", String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) / 1e9));
  }

  /** Returns how to create the first admin: by the link, which only works on this machine. */
  private String setup(String rest, String pagesKey) {
    return settings.isReachable()
        ? ": java -jar user-grpc-server.jar create-admin --email EMAIL"
        : ", open " + rest + "/console/setup/" + pagesKey;
  }

  /** Returns the host of URLs that work on this machine. */
  private String host() {
    String address =
        settings.listenAddress().filter(a -> !WILDCARDS.contains(a)).orElse("localhost");
    return address.contains(":") ? "[" + address + "]" : address;
  }

  /** Logs the protection of calls, or warns that there is none although other machines can call. */
  private void protection() {
    boolean isOpen = settings.access().mode() == AuthMode.OFF;
    if (isOpen && settings.isReachable()) {
      log.warn(
          "AUTH_MODE=off: gRPC calls need no token and may do everything, and the service listens on"
              + " {} that other machines reach",
          settings
              .listenAddress()
              .map(a -> a + ", an address")
              .orElse("all addresses, also those"));
    } else if (isOpen) {
      log.info(
          "AUTH_MODE=off: gRPC calls need no token and may do everything; the service listens on"
              + " {}, which only this machine reaches",
          settings.listenAddress().orElseThrow());
    } else if (settings.isReachable()
        && !settings.tls().isOn()
        && settings.access().trustedProxies().isEmpty()) {
      log.warn(
          "TLS is off (TLS_CERT_FILE is not set) and other machines can connect: tokens and passwords can be intercepted");
    }
  }

  /** Returns a command for a shell. */
  private String firstUser(String grpc, Optional<String> rest) {
    return rest.map(
            url ->
                "curl -s -H 'Content-Type: application/json' -d "
                    + FIRST_USER
                    + " "
                    + url
                    + "/api/auth/register")
        .orElseGet(
            () ->
                "grpcurl "
                    + (settings.tls().isOn() ? "" : "-plaintext ")
                    + "-d "
                    + FIRST_USER
                    + " "
                    + grpc
                    + " user.v1.UserService/CreateUser");
  }
}
