/** The gRPC service of the event log. */
package com.ecommerce.user.server.grpc.events;
