package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.rest.http.RequestEnds;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code OPTIONS *}, which is about the server instead of a path (RFC 9110, section 9.3.7).
 * Thread-safe.
 */
public final class JettyOptions extends Handler.Wrapper {
  private static final String ALLOWED = String.join(", ", new TreeSet<>(RequestEnds.METHODS));

  public JettyOptions(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    boolean isAboutServer =
        HttpMethod.OPTIONS.is(request.getMethod()) && "*".equals(request.getHttpURI().getPath());
    if (!isAboutServer) {
      return super.handle(request, response, callback);
    }
    response.setStatus(HttpStatus.NO_CONTENT_204);
    response.getHeaders().put(HttpHeader.ALLOW, ALLOWED);
    callback.succeeded();
    return true;
  }
}
