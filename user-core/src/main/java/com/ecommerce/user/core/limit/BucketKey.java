package com.ecommerce.user.core.limit;

/**
 * The key of a bucket, in which the calls of one caller and one kind are counted together.
 *
 * @param limit {@code caller} for all calls, or a method's title
 * @param caller a user, a service or a client network
 */
public record BucketKey(String limit, String caller) {}
