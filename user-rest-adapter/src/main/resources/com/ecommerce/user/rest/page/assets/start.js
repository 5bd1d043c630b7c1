// Starts Swagger UI on /docs in light or dark colors, as the reader prefers, and mends what screen readers stumble over:
// a link within each button, a missing level of headings, and parts of the page without a role or a name.
(function () {
  "use strict";

  function accessible(system) {
    var create = system.React.createElement;
    return {
      wrapComponents: {
        DeepLink: function () {
          return function (properties) {
            return create("span", null, properties.text);
          };
        },
        operations: function (Operations) {
          return function (properties) {
            return create(system.React.Fragment, null,
              create("h2", { className: "docs-heading" }, "Operations"),
              create(Operations, properties));
          };
        }
      }
    };
  }

  function name(selector, attributes) {
    var element = document.querySelector(selector);
    Object.keys(element ? attributes : {}).forEach(function (attribute) {
      element.setAttribute(attribute, attributes[attribute]);
    });
  }

  // Swagger UI has dark colors, which this class turns on.
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    document.documentElement.classList.toggle("dark-mode", dark.matches);
  }
  dark.addEventListener("change", follow);
  follow();

  SwaggerUIBundle({
    url: document.currentScript.src.replace(/docs\/start\.js.*/, "openapi.json"),
    dom_id: "#api",
    deepLinking: true,
    validatorUrl: null,
    plugins: [accessible],
    onComplete: function () {
      name("#servers", { "aria-label": "Server" });
      name(".information-container", { role: "region", "aria-label": "About this API" });
      name(".scheme-container", { role: "region", "aria-label": "Server and authorization" });
    }
  });
})();
