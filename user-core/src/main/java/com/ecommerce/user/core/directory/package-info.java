/** Lists and searches of users, with their filters and orders. */
package com.ecommerce.user.core.directory;
