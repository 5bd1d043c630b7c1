/** The times and actors of changes, and the log of security events. */
@NullMarked
package com.ecommerce.user.core.event;

import org.jspecify.annotations.NullMarked;
