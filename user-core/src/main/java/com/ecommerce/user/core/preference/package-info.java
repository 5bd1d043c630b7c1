/** The preferences of users about notifications and privacy. */
@NullMarked
package com.ecommerce.user.core.preference;

import org.jspecify.annotations.NullMarked;
