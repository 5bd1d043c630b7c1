/**
 * The context that every call carries: its actor, its client, its cancellation and its log fields;
 * and the interfaces by which a server runs and observes the work of calls.
 */
@NullMarked
package com.ecommerce.user.core.request;

import org.jspecify.annotations.NullMarked;
