/**
 * The rights of callers: the table of operations with the callers who may perform them, and the
 * check against it.
 */
@NullMarked
package com.ecommerce.user.core.access;

import org.jspecify.annotations.NullMarked;
