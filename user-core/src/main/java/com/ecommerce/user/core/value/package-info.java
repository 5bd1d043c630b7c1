/** Values that several features share: ids, free text, and the changes of a patch. */
@NullMarked
package com.ecommerce.user.core.value;

import org.jspecify.annotations.NullMarked;
