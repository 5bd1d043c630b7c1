/** The implementation of addresses and of the rules for their defaults. */
package com.ecommerce.user.core.internal.address;
