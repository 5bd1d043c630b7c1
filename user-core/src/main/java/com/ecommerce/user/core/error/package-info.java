/**
 * The failures of the User Service: one exception with a machine-readable reason, and the
 * violations of a request.
 */
@NullMarked
package com.ecommerce.user.core.error;

import org.jspecify.annotations.NullMarked;
