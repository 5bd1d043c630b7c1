/** The parts of partial updates: changes of single fields, and conditions on the version. */
@NullMarked
package com.ecommerce.user.core.patch;

import org.jspecify.annotations.NullMarked;
