/** HTML pages: the pages behind mailed links, and the documentation of the API. */
package com.ecommerce.user.rest.page;
