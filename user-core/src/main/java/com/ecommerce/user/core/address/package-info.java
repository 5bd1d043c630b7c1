/** The postal addresses of users, with their defaults for shipping and billing. */
package com.ecommerce.user.core.address;
