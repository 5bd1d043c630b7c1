/** The command line: the commands, their options and help, and the entry point of the program. */
package com.ecommerce.user.server.cli;
