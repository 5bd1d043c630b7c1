// Completes htmx, which loads results while somebody types and rows while somebody scrolls. The console works without
// scripts, too: the same elements are forms and links.
(() => {
  // Keeps the address short: an empty filter filters nothing.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb === "get") {
      for (const [name, value] of [...detail.formData.entries()]) {
        if (value === "") {
          detail.formData.delete(name);
        }
      }
    }
  });

  // The selection: a box for all rows, and a bar that appears with the first selected one.
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

  // A failure, or the form to sign in after the session has ended, is shown as a whole page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    const isElsewhere = new URL(xhr.responseURL).pathname !== new URL(pathInfo.finalRequestPath, location.href).pathname;
    if (xhr.status >= 400 || isElsewhere) {
      event.preventDefault();
      location.reload();
    }
  });
})();
