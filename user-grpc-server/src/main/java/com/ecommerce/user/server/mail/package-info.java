/** The transports of mail: SMTP, and files for development. */
package com.ecommerce.user.server.mail;
