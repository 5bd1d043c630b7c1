/** Queues and threads that callers share fairly. Not part of the API, even where it is public. */
package com.ecommerce.user.core.internal.concurrent;
