/** Rate limits for callers and methods, by the generic cell rate algorithm (GCRA). */
@NullMarked
package com.ecommerce.user.core.limit;

import org.jspecify.annotations.NullMarked;
