/** Digests of texts and bytes. */
package com.ecommerce.user.core.internal.crypto;
