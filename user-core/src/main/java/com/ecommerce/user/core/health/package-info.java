/** Health checks of the service and its components, and figures of its caches. */
package com.ecommerce.user.core.health;
