/**
 * The event log: its events, the feed by which instances learn of changes that others made, and the
 * security log.
 */
package com.ecommerce.user.core.internal.event;
