package com.ecommerce.user.server.tls;

/** The choice of who must show a certificate, where authorities of clients are configured. */
public enum ClientCertificates {
  /** Every client, of gRPC and of REST. */
  REQUIRED,
  /** Clients of gRPC; those of REST may, since browsers have none. */
  GRPC,
  /** Nobody; who shows one must show a good one. */
  OPTIONAL
}
