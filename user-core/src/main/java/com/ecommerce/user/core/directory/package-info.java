/** Lists and searches of users, with their filters and orders. */
@NullMarked
package com.ecommerce.user.core.directory;

import org.jspecify.annotations.NullMarked;
