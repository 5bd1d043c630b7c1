package com.ecommerce.user.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * The TLS context of the gRPC port. New connections use the latest credentials; existing ones keep
 * theirs. Thread-safe.
 */
public final class GrpcTls extends SslContext {
  private final ClientAuth clientAuth;
  private volatile SslContext current;

  /** Returns a context that always uses the current credentials of {@link ReloadingTls}. */
  public static GrpcTls of(ReloadingTls live, ClientCertificates certificates) {
    var tls = new GrpcTls(certificates);
    live.use(tls::use);
    return tls;
  }

  private GrpcTls(ClientCertificates certificates) {
    clientAuth =
        certificates == ClientCertificates.OPTIONAL ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE;
  }

  private void use(TlsCredentials material) {
    var http2 =
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2);
    current =
        new JdkSslContext(
            material.newServerContext(),
            false,
            TlsCredentials.CIPHERS,
            SupportedCipherSuiteFilter.INSTANCE,
            http2,
            material.clientAuthorities().isPresent() ? clientAuth : ClientAuth.NONE,
            TlsCredentials.PROTOCOLS.toArray(String[]::new),
            false);
  }

  @Override
  public boolean isClient() {
    return false;
  }

  @Override
  public List<String> cipherSuites() {
    return current.cipherSuites();
  }

  /** Deprecated, but abstract in the superclass. */
  @Override
  @SuppressWarnings("deprecation")
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current.applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return current.newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return current.newEngine(allocator, peerHost, peerPort);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return current.sessionContext();
  }
}
