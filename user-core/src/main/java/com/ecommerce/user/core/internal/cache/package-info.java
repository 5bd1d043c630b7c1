/**
 * Support for caches of rows: records which users changed and when, and how current this knowledge
 * is, and provides figures for metrics. The caches themselves are in the packages of their entries.
 */
package com.ecommerce.user.core.internal.cache;
