/** The templates of mails and pages: a thin layer on JMustache. */
package com.ecommerce.user.core.internal.template;
