/**
 * User accounts: the model of a user, the patches that change it, and the use cases that create,
 * read, change and delete users.
 */
@NullMarked
package com.ecommerce.user.core.account;

import org.jspecify.annotations.NullMarked;
