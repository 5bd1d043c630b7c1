/** The stop of the process, for work that must end before it. */
package com.ecommerce.user.server.process;
