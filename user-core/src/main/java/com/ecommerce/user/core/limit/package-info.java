/** Rate limits for callers and methods, by the generic cell rate algorithm (GCRA). */
package com.ecommerce.user.core.limit;
