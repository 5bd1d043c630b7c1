/**
 * The composition root of the runnable server: it opens the endpoints, connects the parts, and
 * closes them in reverse order.
 */
package com.ecommerce.user.server;
