/**
 * The User Service as a library: {@link com.ecommerce.user.core.UserCore} gives access to all use
 * cases, and {@link com.ecommerce.user.core.Migrations} creates and updates the schema.
 */
package com.ecommerce.user.core;
