package com.ecommerce.user.core.session;

import static java.util.Objects.requireNonNull;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * The client certificates that identify services of the platform. TLS verifies the certificates
 * before this class sees them. Since TLS does not check the dates again when a session is resumed,
 * this class does. Immutable.
 *
 * @param names the names that identify services: URIs or DNS names among the subject's alternative
 *     names (RFC 5280, section 4.2.1.6), each compared exactly. The common name of a certificate
 *     counts only if it has no alternative names of any kind, since authorities check those (RFC
 *     9525, RFC 6125, section 6.4.4)
 */
public record CertifiedServices(Set<String> names) {
  /** No certificate identifies a service. */
  public static final CertifiedServices NONE = new CertifiedServices(Set.of());

  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  public CertifiedServices {
    requireNonNull(names, "names");
    names = Set.copyOf(names);
  }

  /**
   * Returns the service of the certificate. If a certificate has several listed names, a URI takes
   * precedence over a DNS name.
   *
   * @return empty if none of its names is listed, if it cannot be read, or if it is not yet or no
   *     longer valid
   */
  public Optional<Caller.Service> caller(X509Certificate certificate, Instant now) {
    if (now.isBefore(certificate.getNotBefore().toInstant())
        || now.isAfter(certificate.getNotAfter().toInstant())) {
      return Optional.empty();
    }
    return namesIn(certificate).stream()
        .filter(names::contains)
        .findFirst()
        .map(Caller.Service::new);
  }

  private static Set<String> namesIn(X509Certificate certificate) {
    try {
      var alternatives =
          Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of());
      Set<String> found = new LinkedHashSet<>(namesOfType(URI, alternatives));
      found.addAll(namesOfType(DNS_NAME, alternatives));
      if (certificate.getExtensionValue(ALTERNATIVE_NAMES) == null) {
        found.addAll(commonNames(certificate));
      }
      return found;
    } catch (CertificateParsingException | InvalidNameException unreadable) {
      // An unreadable name is not one of the listed names.
      return Set.of();
    }
  }

  private static List<String> namesOfType(int type, Collection<List<?>> alternatives) {
    return alternatives.stream()
        .filter(name -> name.get(0).equals(type) && name.get(1) instanceof String)
        .map(name -> (String) name.get(1))
        .toList();
  }

  private static List<String> commonNames(X509Certificate certificate) throws InvalidNameException {
    return new LdapName(certificate.getSubjectX500Principal().getName())
        .getRdns().stream()
            .filter(part -> part.getType().equalsIgnoreCase("CN"))
            .map(part -> part.getValue().toString())
            .toList();
  }
}
