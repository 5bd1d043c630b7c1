/** Files and directories with exact modes, for data and secrets of the process. */
package com.ecommerce.user.server.file;
