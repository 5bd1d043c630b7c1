/** The implementation of sessions and service clients, with their caches. */
package com.ecommerce.user.core.internal.session;
