/** Values and rules for text that several features share: ids, URLs, domain names and free text. */
package com.ecommerce.user.core.value;
