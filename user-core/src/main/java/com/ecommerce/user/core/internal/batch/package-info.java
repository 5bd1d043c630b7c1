/** Batch loading: concurrent reads of single rows are collected into one query. */
package com.ecommerce.user.core.internal.batch;
