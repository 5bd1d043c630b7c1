/** The use cases of webhooks, their queue, and the threads that send. */
package com.ecommerce.user.core.internal.webhook;
