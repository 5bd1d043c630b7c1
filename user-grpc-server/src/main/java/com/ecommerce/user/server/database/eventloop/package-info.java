/** Reads of single rows on the threads of the event loop, over the Vert.x PostgreSQL client. */
package com.ecommerce.user.server.database.eventloop;
