/** Text that is parsed or compared: ASCII, base64url, Unicode, domain names and URLs. */
package com.ecommerce.user.core.internal.text;
