package com.ecommerce.user.rest.jetty;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses paths such as {@code //a:b} with 400. The implementation of the servlet API reads a path
 * that begins with two slashes as a reference to another host (RFC 3986, section 4.2), and fails if
 * the name of the host is malformed. Stateless.
 */
public final class NetworkPaths extends Handler.Wrapper {
  public NetworkPaths(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    if (path == null || !path.startsWith("//") || isReference(path)) {
      return super.handle(request, response, callback);
    }
    Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
    return true;
  }

  private static boolean isReference(String path) {
    try {
      HttpURI.build(path);
      return true;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }
}
