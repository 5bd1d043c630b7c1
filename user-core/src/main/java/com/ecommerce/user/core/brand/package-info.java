/** The appearance of pages and mails: the name, the color, the logo and the links of the shop. */
@NullMarked
package com.ecommerce.user.core.brand;

import org.jspecify.annotations.NullMarked;
