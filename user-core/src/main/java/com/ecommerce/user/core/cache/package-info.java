/**
 * Support for keeping copies of rows in memory: which users changed since when, how current this
 * instance's knowledge of that is, and figures for metrics. The caches themselves are in the
 * packages of what they hold.
 */
package com.ecommerce.user.core.cache;
