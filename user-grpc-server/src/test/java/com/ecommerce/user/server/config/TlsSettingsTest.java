package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.testing.TestAuthority;
import com.ecommerce.user.server.tls.ClientCertificates;
import com.ecommerce.user.server.tls.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSettingsTest {
  @TempDir private Path directory;

  private Path certificate;
  private Path key;
  private Path clients;

  @BeforeEach
  void writeFiles() throws IOException {
    var authority = new TestAuthority("Test");
    certificate = directory.resolve("cert.pem");
    key = directory.resolve("key.pem");
    clients = directory.resolve("clients.pem");
    authority.server().write(certificate, key);
    Files.writeString(clients, TestAuthority.pem(authority.certificate()));
  }

  private Map<String, String> environment(String... more) {
    var environment = new HashMap<String, String>();
    environment.put("TLS_CERT_FILE", certificate.toString());
    environment.put("TLS_KEY_FILE", key.toString());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  private static ServerSettings read(Map<String, String> environment) {
    return ServerSettings.read(Map.of(), environment);
  }

  private static List<String> problems(Map<String, String> environment) {
    return assertThrows(StartupException.class, () -> read(environment))
        .getMessage()
        .lines()
        .toList();
  }

  @Test
  void read_ofNothing_isPlaintext() {
    var settings = read(Map.of()).tls();
    assertFalse(settings.isOn());
    assertFalse(settings.asksClients());
  }

  @Test
  void read_takesCertificateAndKey() {
    var settings = read(environment()).tls();
    assertEquals(Optional.of(new TlsFiles(certificate, key, Optional.empty())), settings.files());
    assertFalse(settings.asksClients());
  }

  @Test
  void read_takesClients() {
    var environment = environment("TLS_CLIENT_CA_FILE", clients.toString());
    var settings = read(environment);
    assertTrue(settings.tls().asksClients());
    assertEquals(ClientCertificates.REQUIRED, settings.tls().clientCertificates());
    assertEquals(Set.of(), settings.access().certifiedServices().names());

    environment.put("TLS_CLIENT_AUTH", "grpc");
    environment.put("TLS_SERVICE_NAMES", "orders, spiffe://shop/carts");
    assertEquals(ClientCertificates.GRPC, read(environment).tls().clientCertificates());
    assertEquals(
        Set.of("orders", "spiffe://shop/carts"),
        read(environment).access().certifiedServices().names());
  }

  @Test
  void read_wantsCertificateAndKeyTogether() {
    assertEquals(
        List.of("TLS_CERT_FILE: not set (expected: a file in PEM, since TLS_KEY_FILE is set)"),
        problems(Map.of("TLS_KEY_FILE", key.toString())));
    assertEquals(
        List.of("TLS_KEY_FILE: not set (expected: a file in PEM, since TLS_CERT_FILE is set)"),
        problems(Map.of("TLS_CERT_FILE", certificate.toString())));
  }

  @Test
  void read_wantsACertificateForWhatIsAboutClients() {
    assertEquals(
        List.of(
            "TLS_CERT_FILE: not set (expected: a file in PEM, since TLS_CLIENT_CA_FILE is set)"),
        problems(Map.of("TLS_CLIENT_CA_FILE", clients.toString())));
    assertEquals(
        List.of(
            "TLS_CLIENT_CA_FILE: not set (expected: a file in PEM, since TLS_CLIENT_AUTH is set)",
            "TLS_CLIENT_CA_FILE: not set (expected: a file in PEM, since TLS_SERVICE_NAMES is set)"),
        problems(environment("TLS_CLIENT_AUTH", "optional", "TLS_SERVICE_NAMES", "orders")));
  }

  @Test
  void read_refusesChoicesAndNamesThatAreNone() {
    assertEquals(
        List.of(
            "--tls-client-auth (TLS_CLIENT_AUTH): maybe (expected: one of required, grpc, optional)",
            "--tls-service-names (TLS_SERVICE_NAMES): a name in the list: missing (expected: a value)"),
        problems(
            environment(
                "TLS_CLIENT_CA_FILE", clients.toString(),
                "TLS_CLIENT_AUTH", "maybe",
                "TLS_SERVICE_NAMES", "orders,,carts")));
  }

  @Test
  void read_looksIntoTheFiles() throws IOException {
    Files.delete(key);
    assertEquals(
        List.of("TLS_KEY_FILE: " + key + " does not exist (expected: a readable file in PEM)"),
        problems(environment()));
  }

  @Test
  void read_namesALinkToRestThatWorks() {
    assertEquals(
        URI.create("https://localhost:8000"), read(environment()).mail().content().publicBaseUrl());
    assertEquals(
        URI.create("https://localhost:8443"),
        read(environment("REST_PORT", "8443")).mail().content().publicBaseUrl());
    assertEquals(
        URI.create("http://localhost:8080"),
        ServerSettings.read(Map.of("--rest-port", "8080"), Map.of())
            .mail()
            .content()
            .publicBaseUrl());
    assertEquals(
        URI.create("http://localhost:8000"),
        read(Map.of("REST_PORT", "0")).mail().content().publicBaseUrl());
    assertEquals(
        URI.create("https://shop.example"),
        read(environment("PUBLIC_BASE_URL", "https://shop.example"))
            .mail()
            .content()
            .publicBaseUrl());
  }
}
