/**
 * Mailed links with which users verify an email, reset a password, and stop or undo a change of
 * email.
 */
package com.ecommerce.user.core.verification;
