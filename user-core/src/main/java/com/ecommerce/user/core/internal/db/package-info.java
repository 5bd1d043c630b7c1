/**
 * Access to the database that all features share: transactions, replica reads, cancelled
 * statements, circuit breaking, and the deletion of expired rows. It is public where other packages
 * need it, and never part of the API.
 */
package com.ecommerce.user.core.internal.db;
