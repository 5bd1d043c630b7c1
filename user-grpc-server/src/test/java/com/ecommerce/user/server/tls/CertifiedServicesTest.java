package com.ecommerce.user.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.server.testing.TestAuthority;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;

class CertifiedServicesTest {
  private final TestAuthority authority = new TestAuthority("Test");

  private Optional<String> caller(Set<String> listed, String subject, GeneralName... names) {
    return new CertifiedServices(listed)
        .caller(authority.issue(subject, names).certificate(), Instant.now())
        .map(Caller.Service::name);
  }

  private static GeneralName dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  private static GeneralName uri(String name) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, name);
  }

  @Test
  void caller_isTheListedName() {
    String spiffe = "spiffe://shop.example/ns/prod/sa/orders";
    assertEquals(Optional.of("orders"), caller(Set.of("orders", "carts"), "O=Shop,CN=orders"));
    assertEquals(
        Optional.of("orders.internal"),
        caller(Set.of("orders.internal"), "CN=x", dns("orders.internal")));
    assertEquals(Optional.of(spiffe), caller(Set.of(spiffe), "O=Shop", uri(spiffe)));
  }

  @Test
  void caller_prefersAUriThenADnsName() {
    var all = Set.of("cn", "dns", "urn:uri");
    assertEquals(Optional.of("urn:uri"), caller(all, "CN=cn", dns("dns"), uri("urn:uri")));
    assertEquals(Optional.of("dns"), caller(all, "CN=cn", dns("dns")));
  }

  @Test
  void caller_isNobodyUnlessTheWholeNameIsListed() {
    for (String listed :
        Arrays.asList("order", "orders2", "Orders", "CN=orders", "*.internal", "*")) {
      assertEquals(
          Optional.empty(), caller(Set.of(listed), "CN=orders", dns("orders.internal")), listed);
    }
    assertEquals(Optional.empty(), caller(Set.of("orders"), "O=orders"));
    assertEquals(
        Optional.empty(),
        caller(Set.of("orders"), "CN=x", new GeneralName(GeneralName.rfc822Name, "orders")));
    assertEquals(
        Optional.empty(),
        CertifiedServices.NONE.caller(authority.issue("CN=orders").certificate(), Instant.now()));
  }

  /** Authorities check alternative names, but let clients choose the rest of the subject. */
  @Test
  void commonName_countsOnlyWithoutAlternativeNames() {
    var kinds =
        new GeneralName[] {
          dns("carts"),
          uri("urn:carts"),
          new GeneralName(GeneralName.rfc822Name, "carts@shop.example"),
          new GeneralName(GeneralName.iPAddress, "192.0.2.1"),
          new GeneralName(GeneralName.directoryName, "CN=carts"),
          new GeneralName(GeneralName.registeredID, "1.2.3.4")
        };
    assertEquals(Optional.of("orders"), caller(Set.of("orders"), "CN=orders"));
    for (var kind : kinds) {
      assertEquals(
          Optional.empty(), caller(Set.of("orders"), "CN=orders", kind), () -> kind.toString());
    }
  }

  @Test
  void caller_isNobodyOutsideOfTheDates() {
    var certificate = authority.issue("CN=orders").certificate();
    var begin = certificate.getNotBefore().toInstant();
    var end = certificate.getNotAfter().toInstant();
    var services = new CertifiedServices(Set.of("orders"));

    assertTrue(services.caller(certificate, begin).isPresent());
    assertTrue(services.caller(certificate, end).isPresent());
    assertTrue(services.caller(certificate, begin.minusSeconds(1)).isEmpty());
    assertTrue(services.caller(certificate, end.plusSeconds(1)).isEmpty());
  }
}
