/** HTTP/2 handlers below gRPC, which end a malformed or reset call with a status. */
package com.ecommerce.user.server.http2;
