/**
 * Mailed links with which users verify an email, reset a password, and stop or undo a change of
 * email.
 */
@NullMarked
package com.ecommerce.user.core.verification;

import org.jspecify.annotations.NullMarked;
