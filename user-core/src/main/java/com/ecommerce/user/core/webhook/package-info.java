/** The delivery of events to endpoints of other services over HTTP. */
@NullMarked
package com.ecommerce.user.core.webhook;

import org.jspecify.annotations.NullMarked;
