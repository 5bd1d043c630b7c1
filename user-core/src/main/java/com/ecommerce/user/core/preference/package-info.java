/** The preferences of users about notifications and privacy. */
package com.ecommerce.user.core.preference;
