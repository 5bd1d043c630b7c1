/** The mail outbox: queued mails, their templates and limits, and the worker that sends them. */
package com.ecommerce.user.core.internal.mail;
