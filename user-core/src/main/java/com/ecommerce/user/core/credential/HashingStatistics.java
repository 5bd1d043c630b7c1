package com.ecommerce.user.core.credential;

/**
 * Figures of the threads that hash passwords, for metrics.
 *
 * @param waiting the number of tasks that wait now
 * @param running the number of tasks that run now
 * @param concurrency the number of tasks that can run at once
 * @param capacity the number of hashes that can wait and still begin in time, given the duration of
 *     recent hashes
 * @param rejected the number of tasks that were refused since the start
 */
public record HashingStatistics(
    int waiting, int running, int concurrency, int capacity, long rejected) {}
