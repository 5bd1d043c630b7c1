/**
 * Mails: the settings for their content, the interface to implement for a transport, and a listener
 * for attempts to send them.
 */
@NullMarked
package com.ecommerce.user.core.mail;

import org.jspecify.annotations.NullMarked;
