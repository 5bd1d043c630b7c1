/** The times and actors of changes, and the log of security events. */
package com.ecommerce.user.core.event;
