/** The routes of sign-in: tokens, sessions, passwords, verifications and the public keys. */
@NullMarked
package com.ecommerce.user.rest.auth;

import org.jspecify.annotations.NullMarked;
