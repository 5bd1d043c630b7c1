/** The implementation of users in bulk. */
package com.ecommerce.user.core.internal.bulk;
