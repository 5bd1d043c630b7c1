/** Pages of lists. */
@NullMarked
package com.ecommerce.user.core.page;

import org.jspecify.annotations.NullMarked;
