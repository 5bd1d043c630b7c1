/**
 * Mails as the service hands them over for delivery: the interface to implement for a transport,
 * the mails themselves, and a listener for attempts to send them.
 */
package com.ecommerce.user.core.mail;
