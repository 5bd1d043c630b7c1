/** The signed tokens that continue the pages of lists. */
package com.ecommerce.user.core.internal.page;
