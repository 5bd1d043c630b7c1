/**
 * The cache that follows the event log, once, for users and sessions. What is cached, and which
 * events invalidate it, is decided in the packages of the cached data.
 */
package com.ecommerce.user.core.internal.cache;
