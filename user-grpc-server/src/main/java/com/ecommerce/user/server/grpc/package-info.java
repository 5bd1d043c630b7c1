/**
 * The gRPC services, with the conversion between protobuf messages and the types of the core, and
 * the mapping of failures to status codes.
 */
package com.ecommerce.user.server.grpc;
