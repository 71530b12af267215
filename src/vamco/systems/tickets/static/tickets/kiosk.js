/* The kiosk: a letter presses its button, a button presses once, and a slip goes back to the beginning by itself. */

const BACK_AFTER = 15000;

const form = document.querySelector("form[data-kiosk]");
if (form) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const wanted = event.key.toUpperCase();
    [...form.elements].find((each) => each.value === wanted && each.name === "letter")?.click();
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "true";
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });
}

const slip = document.querySelector("[data-back]");
if (slip) {
  const button = document.getElementById("print");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  setTimeout(() => { location.replace(slip.dataset.back); }, BACK_AFTER);
}
