/** Tracing with OpenTelemetry. */
package com.ecommerce.user.server.tracing;
