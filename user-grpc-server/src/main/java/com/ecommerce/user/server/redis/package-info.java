/** Rate limits that several instances share through Redis. */
package com.ecommerce.user.server.redis;
