/** The postal addresses of users, with their defaults for shipping and billing. */
@NullMarked
package com.ecommerce.user.core.address;

import org.jspecify.annotations.NullMarked;
