// Shows how strong a password is while it is typed, and lets its writer read it. The pages work without this script; the
// service checks the password again in any case.
(() => {
  const COMMON = /^(pass|contrase|qwert|asdf|azerty|abc|123|iloveyou|letmein|welcome|admin|monkey|dragon|football|login|master|secret)/i;
  const WORD_AND_NUMBER = /^\p{L}+\d{1,4}[^\p{L}\d]?$/u;

  /** Returns 0 for a password that is too short, and otherwise 1 (weak) to 4 (strong). */
  function level(text) {
    const characters = [...text.normalize("NFC")];
    if (characters.length < 8) {
      return 0;
    }
    let alphabet = 0;
    for (const [pattern, size] of [[/[a-z]/, 26], [/[A-Z]/, 26], [/\d/, 10], [/[^\w]|_/, 33], [/[^\x00-\x7f]/, 100]]) {
      alphabet += pattern.test(text) ? size : 0;
    }
    let length = 0;
    let previous = -9;
    for (const character of characters) {
      const code = character.codePointAt(0);
      // A repetition or the next letter of the alphabet says little.
      length += Math.abs(code - previous) <= 1 ? 0.25 : 1;
      previous = code;
    }
    length = Math.min(length, 2 * new Set(characters).size);
    let bits = length * Math.log2(alphabet);
    if (COMMON.test(text) || WORD_AND_NUMBER.test(text)) {
      bits /= 2;
    }
    return bits < 30 ? 1 : bits < 50 ? 2 : bits < 70 ? 3 : 4;
  }

  for (const meter of document.querySelectorAll("[data-strength]")) {
    const input = document.getElementById(meter.dataset.strength);
    const labels = meter.dataset.labels.split("|");
    const show = () => {
      const value = level(input.value);
      meter.hidden = input.value === "";
      meter.dataset.level = value;
      meter.querySelector("progress").value = value + (value < 4 ? 0.5 : 0);
      meter.querySelector("[role=status]").textContent = labels[value];
    };
    input.addEventListener("input", show);
    show();
  }

  for (const button of document.querySelectorAll("[data-reveals]")) {
    const inputs = button.dataset.reveals.split(" ").map((id) => document.getElementById(id));
    const labels = button.dataset.labels.split("|");
    button.hidden = false;
    button.addEventListener("click", () => {
      const isShown = inputs[0].type === "text";
      inputs.forEach((input) => { input.type = isShown ? "password" : "text"; });
      button.textContent = labels[isShown ? 0 : 1];
    });
  }
})();
