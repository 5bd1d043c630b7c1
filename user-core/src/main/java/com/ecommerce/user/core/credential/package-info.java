/**
 * Passwords: their rules, the settings for hashing them, and the use cases that check and change
 * them.
 */
@NullMarked
package com.ecommerce.user.core.credential;

import org.jspecify.annotations.NullMarked;
