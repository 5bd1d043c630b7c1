package com.ecommerce.user.core.health;

/**
 * Figures of a cache, for metrics. Counts are of this instance since it was built.
 *
 * @param hits reads that were answered from memory
 * @param misses reads that went to the database, since there was no copy or it was outdated
 * @param bypasses reads that went to the database, since this instance does not know what others
 *     changed: it was not started, or lost the database for a while
 * @param evictions copies that were dropped to make room
 * @param entries copies that are held, outdated ones among them
 * @param bytes about what they take
 */
public record CacheStatistics(
    long hits, long misses, long bypasses, long evictions, long entries, long bytes) {}
