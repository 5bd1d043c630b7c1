/** Sessions of users, the tokens that prove them, and service clients. */
package com.ecommerce.user.core.session;
