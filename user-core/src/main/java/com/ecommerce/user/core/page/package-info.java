/** Pages of lists, and the signed tokens that continue them. */
@NullMarked
package com.ecommerce.user.core.page;

import org.jspecify.annotations.NullMarked;
