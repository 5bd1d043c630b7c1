/** The HTTP client of webhooks. */
package com.ecommerce.user.server.webhook;
