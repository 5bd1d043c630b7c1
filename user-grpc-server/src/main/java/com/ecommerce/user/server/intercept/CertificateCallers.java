package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.CertifiedServices;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Determines, once for each connection, whether its client's certificate is that of a service. TLS
 * has already verified the certificate, on this connection or on the one whose session it resumes.
 */
public final class CertificateCallers extends ServerTransportFilter {
  private static final Attributes.Key<Caller> CALLER = Attributes.Key.create("certificate-caller");

  private final CertifiedServices services;
  private final Clock clock;

  /**
   * @param clock determines whether a certificate has expired
   */
  public CertificateCallers(CertifiedServices services, Clock clock) {
    this.services = services;
    this.clock = clock;
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    return certificate(transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
        .flatMap(certificate -> services.caller(certificate, clock.instant()))
        .map(caller -> transport.toBuilder().set(CALLER, (Caller) caller).build())
        .orElse(transport);
  }

  private static Optional<X509Certificate> certificate(SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  /**
   * Returns the caller that the connection's certificate identifies; anonymous if there is none.
   */
  static Caller callerOf(ServerCall<?, ?> call) {
    var caller = call.getAttributes().get(CALLER);
    return caller == null ? Caller.ANONYMOUS : caller;
  }
}
