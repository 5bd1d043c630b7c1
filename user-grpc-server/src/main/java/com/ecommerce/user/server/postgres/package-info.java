/** The processes and the data directory of an embedded PostgreSQL. */
package com.ecommerce.user.server.postgres;
