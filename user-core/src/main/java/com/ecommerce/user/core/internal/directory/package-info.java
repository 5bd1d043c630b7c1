/** The implementation of lists and searches, with the planner that chooses the SQL of a search. */
package com.ecommerce.user.core.internal.directory;
