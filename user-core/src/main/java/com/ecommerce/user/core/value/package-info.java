/** Values and rules for text that several features share: ids, URLs, domain names and free text. */
@NullMarked
package com.ecommerce.user.core.value;

import org.jspecify.annotations.NullMarked;
