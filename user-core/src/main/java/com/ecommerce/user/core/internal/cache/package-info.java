/**
 * The cache that follows the event log, for users and for sessions. The packages of the cached data
 * decide what is cached, and which events invalidate it.
 */
package com.ecommerce.user.core.internal.cache;
