package com.ecommerce.user.core.credential;

/**
 * The hashing lane in numbers, for metrics.
 *
 * @param waiting pieces of work that wait now
 * @param running pieces of work that run now
 * @param width how many can run at once
 * @param places the number of hashes that can wait and still begin in time, given the duration of
 *     recent hashes
 * @param rejected how many were refused since the start
 */
public record HashingStatistics(int waiting, int running, int width, int places, long rejected) {}
