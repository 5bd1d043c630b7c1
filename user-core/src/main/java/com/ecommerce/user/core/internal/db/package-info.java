/**
 * Code that the features share beneath their use cases. Public where it must be; never part of the
 * API.
 */
package com.ecommerce.user.core.internal.db;
