/** Values that several features share: ids and free text. */
@NullMarked
package com.ecommerce.user.core.value;

import org.jspecify.annotations.NullMarked;
