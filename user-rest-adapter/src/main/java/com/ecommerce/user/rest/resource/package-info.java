/**
 * The routes by resource (users, addresses, preferences, sessions, and so on), with their JSON
 * bodies.
 */
package com.ecommerce.user.rest.resource;
