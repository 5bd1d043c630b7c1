/**
 * The implementation of passwords: hashing in a bounded pool, stored hashes, and the throttle
 * against guessing.
 */
package com.ecommerce.user.core.internal.credential;
