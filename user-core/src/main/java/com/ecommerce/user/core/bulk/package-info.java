/** Users in bulk: reading many of them at once, and importing them from other systems. */
@NullMarked
package com.ecommerce.user.core.bulk;

import org.jspecify.annotations.NullMarked;
