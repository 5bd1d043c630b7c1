/** Metrics in the Prometheus format. */
package com.ecommerce.user.server.metrics;
