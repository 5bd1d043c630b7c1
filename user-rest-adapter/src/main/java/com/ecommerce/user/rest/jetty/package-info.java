/** The configuration of Jetty: connectors, and limits on connections and request bodies. */
package com.ecommerce.user.rest.jetty;
