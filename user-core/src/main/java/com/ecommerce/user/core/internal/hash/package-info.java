/** Schemes of password hashes: those that new hashes can have, and those of other systems. */
package com.ecommerce.user.core.internal.hash;
