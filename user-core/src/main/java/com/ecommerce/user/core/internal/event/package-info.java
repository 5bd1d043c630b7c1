/**
 * The event log: its events, the feed that instances use to read the changes of others, and the
 * security log.
 */
package com.ecommerce.user.core.internal.event;
