/** Access and refresh tokens, and the keys that sign them. */
package com.ecommerce.user.core.internal.token;
