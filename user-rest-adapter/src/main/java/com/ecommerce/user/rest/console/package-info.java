/** The console, in which admins and support look after users in a browser. */
@NullMarked
package com.ecommerce.user.rest.console;

import org.jspecify.annotations.NullMarked;
