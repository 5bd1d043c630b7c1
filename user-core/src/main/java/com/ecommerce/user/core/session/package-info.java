/** Sessions of users, the tokens that prove them, and service clients. */
@NullMarked
package com.ecommerce.user.core.session;

import org.jspecify.annotations.NullMarked;
