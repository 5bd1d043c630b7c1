/**
 * The User Service as a library: {@link com.ecommerce.user.core.UserCore} gives access to all use
 * cases, and {@link com.ecommerce.user.core.Migrations} creates and updates the schema.
 */
@NullMarked
package com.ecommerce.user.core;

import org.jspecify.annotations.NullMarked;
