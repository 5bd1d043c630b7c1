/** Queues and threads that callers share fairly. Public where it must be; never part of the API. */
package com.ecommerce.user.core.internal.fair;
