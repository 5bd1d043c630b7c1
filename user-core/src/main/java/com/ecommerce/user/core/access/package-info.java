/**
 * The rights of callers: the table of operations with the callers who may perform them, and the
 * check against it.
 */
package com.ecommerce.user.core.access;
