package com.ecommerce.user.core.limit;

/** A bucket, with its size and the rate at which it refills. */
public record BucketLimit(BucketKey key, Rate rate) {}
