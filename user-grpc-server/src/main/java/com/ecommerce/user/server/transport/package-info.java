/**
 * Limits on connections, streams and bytes of the HTTP/2 server, which protect it from abusive
 * clients.
 */
package com.ecommerce.user.server.transport;
