package com.ecommerce.user.core.health;

/**
 * Figures of a cache, for metrics. The counts begin when this instance is built.
 *
 * @param hits the number of reads that were answered from memory
 * @param misses the number of reads that went to the database, since there was no copy or it was
 *     outdated
 * @param bypasses the number of reads that went to the database, since this instance does not know
 *     the changes of others: it was not started, or lost the database for a while
 * @param evictions the number of copies that were dropped to make room
 * @param entries the number of copies, including outdated ones
 * @param bytes the approximate memory of the copies
 */
public record CacheStatistics(
    long hits, long misses, long bypasses, long evictions, long entries, long bytes) {}
