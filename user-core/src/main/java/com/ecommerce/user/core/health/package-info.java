/** Health checks of the service and its components, and figures of its caches. */
@NullMarked
package com.ecommerce.user.core.health;

import org.jspecify.annotations.NullMarked;
