/**
 * The REST API as a whole: {@link com.ecommerce.user.rest.RestApi} starts its server and registers
 * the routes.
 */
@NullMarked
package com.ecommerce.user.rest;

import org.jspecify.annotations.NullMarked;
