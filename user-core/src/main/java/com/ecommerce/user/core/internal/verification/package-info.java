/** The implementation of mailed links: their tokens, and the mails about changes to an account. */
package com.ecommerce.user.core.internal.verification;
