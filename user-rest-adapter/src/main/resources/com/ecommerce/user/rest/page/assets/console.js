// Supplements htmx, which loads results while the user types and rows while the user scrolls. The console also works
// without scripts, since the same elements are forms and links.
(() => {
  // Keeps the URL short: an empty filter has no effect.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb === "get") {
      for (const [name, value] of [...detail.formData.entries()]) {
        if (value === "") {
          detail.formData.delete(name);
        }
      }
    }
  });

  // The selection: a checkbox for all rows, and a bar that appears when the first row is selected.
  const boxes = () => [...document.querySelectorAll("#rows input[type=checkbox]")];
  const showSelection = () => {
    const bar = document.querySelector("[data-selection]");
    if (bar) {
      const count = boxes().filter((box) => box.checked).length;
      bar.hidden = count === 0;
      bar.querySelector("[data-selected]").textContent = count + " selected";
      const all = document.querySelector("[data-picks]");
      all.parentElement.hidden = false;
      all.indeterminate = count > 0 && count < boxes().length;
      all.checked = count > 0 && count === boxes().length;
    }
  };
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-picks]")) {
      boxes().forEach((box) => { box.checked = target.checked; });
    }
    showSelection();
  });
  document.addEventListener("htmx:afterSwap", showSelection);
  window.addEventListener("pageshow", showSelection);
  document.documentElement.classList.add("has-script");

  // After a failure or the end of the session, the page is loaded again, which shows the error or the form to sign in.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    if (new URL(xhr.responseURL).pathname !== new URL(pathInfo.finalRequestPath, location.href).pathname) {
      event.preventDefault();
      location.assign(xhr.responseURL);
    }
  });

  // After a failure, the reader decides when to try again.
  const showFailure = ({ detail }) => {
    const bulk = detail.elt.closest("#bulk");
    if (bulk) {
      bulk.querySelector("[role=status]").textContent += ": interrupted";
      bulk.querySelector(".without-script").classList.remove("without-script");
      return;
    }
    const results = document.querySelector("#results");
    results.querySelector("[role=alert]")?.remove();
    const message = document.createElement("p");
    message.className = "notice notice-failed";
    message.setAttribute("role", "alert");
    message.textContent = "The list could not be loaded. Try again.";
    (detail.elt.matches(".more") ? detail.elt.firstElementChild : results).prepend(message);
  };
  document.addEventListener("htmx:responseError", showFailure);
  document.addEventListener("htmx:sendError", showFailure);
})();
