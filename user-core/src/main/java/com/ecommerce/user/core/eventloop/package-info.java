/** The interface to a database driver on event loops, for servers that have one. */
@NullMarked
package com.ecommerce.user.core.eventloop;

import org.jspecify.annotations.NullMarked;
