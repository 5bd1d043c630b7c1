/**
 * The database of the server: the connection pool, the availability checks, and the embedded
 * PostgreSQL.
 */
package com.ecommerce.user.server.database;
