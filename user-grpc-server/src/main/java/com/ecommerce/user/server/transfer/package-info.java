/** The sources of imports, the formats of exports, and the demo data of the command line. */
package com.ecommerce.user.server.transfer;
