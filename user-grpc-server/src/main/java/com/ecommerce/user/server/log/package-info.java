/** The set-up of logging, and its formats. */
package com.ecommerce.user.server.log;
