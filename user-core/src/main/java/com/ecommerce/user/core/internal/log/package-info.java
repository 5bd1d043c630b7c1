/** Logging that all features share. */
package com.ecommerce.user.core.internal.log;
