/* The review desk by keyboard: Enter confirms, R and a digit reject, N goes on, P plays, E corrects the plate. The page works without it. */
(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const form = document.getElementById("confirm");
  const plate = document.getElementById("plate");
  const reject = document.getElementById("reject");
  const keys = document.getElementById("keys");
  const kept = "vamco-review-keys";
  let sent = false;
  if (keys) {
    keys.checked = localStorage.getItem(kept) !== "off";
    keys.addEventListener("change", () => localStorage.setItem(kept, keys.checked ? "on" : "off"));
  }
  const send = (button) => {
    if (sent || !button) return;
    sent = true;
    button.form.requestSubmit(button);
  };
  document.addEventListener("submit", () => { sent = true; });
  addEventListener("pageshow", () => { sent = false; });
  const typing = (element) => element?.matches?.("input:not([type=checkbox]), textarea, select");
  const acts = {
    enter: () => send(form?.querySelector("[value=confirm]")),
    r: () => { if (reject) { reject.open = !reject.open; if (reject.open) reject.querySelector("[data-digit]").focus(); } },
    n: () => document.getElementById("next")?.click(),
    p: () => { const clip = desk.querySelector("video"); if (clip) (clip.paused ? clip.play() : clip.pause()); },
    e: () => { plate?.focus(); plate?.select(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (typing(event.target)) event.target.blur();
      if (reject) reject.open = false;
      return;
    }
    if (typing(event.target) || (keys && !keys.checked)) return;
    if (reject?.open && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      send(reject.querySelector(`[data-digit="${event.key}"]`));
      return;
    }
    const key = event.key.toLowerCase();
    if (key === "enter" && event.target.closest?.("a, button, summary, label, video")) return; // it has a meaning of its own
    if (!acts[key] || event.repeat) return;
    event.preventDefault();
    acts[key]();
  });
})();
