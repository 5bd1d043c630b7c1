/**
 * The gRPC interceptors: request context, access log, errors, authentication, limits, rights and
 * offloading.
 */
package com.ecommerce.user.server.intercept;
