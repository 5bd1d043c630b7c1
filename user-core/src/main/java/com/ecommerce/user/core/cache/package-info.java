/**
 * What keeps copies of rows in memory true: which users changed since when, how current this
 * instance's knowledge of that is, and figures for metrics. The caches themselves live with what
 * they hold.
 */
package com.ecommerce.user.core.cache;
