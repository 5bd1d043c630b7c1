/** Pages of lists, and the signed tokens that continue them. */
package com.ecommerce.user.core.page;
