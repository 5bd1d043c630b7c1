/** The settings of the server, read from flags and environment variables. */
package com.ecommerce.user.server.config;
