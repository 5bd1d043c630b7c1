/** The gRPC server reflection service. */
package com.ecommerce.user.server.reflection;
