/**
 * The request pipeline: authentication, limits, conditions, JSON, and the mapping of failures to
 * problem details (RFC 9457).
 */
@NullMarked
package com.ecommerce.user.rest.http;

import org.jspecify.annotations.NullMarked;
