/**
 * The REST API as a whole: {@link com.ecommerce.user.rest.RestApi} starts its server and registers
 * the routes.
 */
package com.ecommerce.user.rest;
