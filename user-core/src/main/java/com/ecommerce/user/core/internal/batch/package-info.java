/**
 * Batch loading: concurrent reads of single rows are collected into one query. {@link
 * com.ecommerce.user.core.internal.batch.EventLoopConnection} is the interface to a database driver
 * that runs on an event loop.
 */
package com.ecommerce.user.core.internal.batch;
