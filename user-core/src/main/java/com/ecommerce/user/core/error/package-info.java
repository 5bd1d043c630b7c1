/**
 * The failures of the User Service: one exception with a machine-readable reason, and the
 * violations of a request.
 */
package com.ecommerce.user.core.error;
