/**
 * A kit for the tests of other projects: the whole service in the JVM of the test, a JUnit
 * extension, and valid requests.
 */
@NullMarked
package com.ecommerce.user.testing;

import org.jspecify.annotations.NullMarked;
