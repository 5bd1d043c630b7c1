package com.ecommerce.user.core.limit;

/**
 * Whose calls of which kind are counted together.
 *
 * @param limit {@code caller} for all calls, or a method's title
 * @param caller a user, a service or a client network
 */
public record BucketKey(String limit, String caller) {}
