/** The implementation of user accounts: use cases in SQL, batched reads, and the cache of users. */
package com.ecommerce.user.core.internal.account;
