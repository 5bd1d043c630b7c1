/** The appearance of pages and mails: the name, the colour, the logo and the links of the shop. */
@NullMarked
package com.ecommerce.user.core.brand;

import org.jspecify.annotations.NullMarked;
