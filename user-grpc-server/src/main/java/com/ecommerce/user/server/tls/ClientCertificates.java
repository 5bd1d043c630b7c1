package com.ecommerce.user.server.tls;

/** The clients that must present a certificate if client authorities are configured. */
public enum ClientCertificates {
  /** All clients, of gRPC and of REST. */
  REQUIRED,
  /** Clients of gRPC only. A certificate is optional for REST, since browsers usually have none. */
  GRPC,
  /** No client. A certificate that is presented must be valid all the same. */
  OPTIONAL
}
