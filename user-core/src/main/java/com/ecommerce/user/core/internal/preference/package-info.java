/** The implementation of preferences. */
package com.ecommerce.user.core.internal.preference;
