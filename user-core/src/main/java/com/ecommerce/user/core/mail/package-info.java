/**
 * Mails as the service hands them over for delivery: the interface to implement for a transport,
 * the mails themselves, and a listener for attempts to send them.
 */
@NullMarked
package com.ecommerce.user.core.mail;

import org.jspecify.annotations.NullMarked;
