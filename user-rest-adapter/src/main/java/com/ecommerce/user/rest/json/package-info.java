/** JSON objects and forms in bodies: parsing, field names, and what they refuse. */
@NullMarked
package com.ecommerce.user.rest.json;

import org.jspecify.annotations.NullMarked;
