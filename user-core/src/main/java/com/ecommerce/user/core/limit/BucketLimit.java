package com.ecommerce.user.core.limit;

/**
 * A bucket, and the rate at which it refills.
 *
 * @param key the key of the bucket
 * @param rate the rate, with the size of the bucket
 */
public record BucketLimit(BucketKey key, Rate rate) {}
