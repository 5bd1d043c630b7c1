/** Users in bulk: reading many of them at once. */
@NullMarked
package com.ecommerce.user.core.bulk;

import org.jspecify.annotations.NullMarked;
