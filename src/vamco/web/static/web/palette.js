/* The command palette: a combobox over the server's answer. The same address without scripts is a page. */

let asked = null;
let waiting = 0; // the timer of what was typed but not yet asked
let looking = null; // the answer on its way

const options = (dialog) => [...dialog.querySelectorAll("[role=option]")];

function choose(dialog, option) {
  const input = dialog.querySelector("[role=combobox]");
  for (const one of options(dialog)) one.setAttribute("aria-selected", String(one === option));
  if (!option) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

const chosen = (dialog) => dialog.querySelector('[aria-selected="true"]');

async function look(dialog) {
  waiting = 0;
  asked?.abort();
  asked = new AbortController();
  const input = dialog.querySelector("[role=combobox]");
  const none = dialog.querySelector(".palette-none");
  const address = `${dialog.dataset.source}?part=options&q=${encodeURIComponent(input.value)}`;
  let words = "";
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "text/html" } });
    if (answer.redirected) return location.assign(answer.url); // the session is over
    if (!answer.ok) throw new Error(String(answer.status));
    dialog.querySelector("[role=listbox]").innerHTML = await answer.text();
    const found = options(dialog);
    choose(dialog, found[0]);
    words = found.length ? `${found.length} ${dialog.dataset.saidFound}` : dialog.dataset.saidNone;
    none.hidden = found.length > 0;
  } catch (error) {
    if (error.name === "AbortError") return;
    dialog.querySelector("[role=listbox]").replaceChildren();
    words = dialog.dataset.saidAway;
    none.hidden = false;
  }
  none.textContent = words;
  dialog.querySelector("[data-said-aloud]").textContent = words;
}

function follow(option, event) {
  if (!option) return;
  if (event.ctrlKey || event.metaKey) window.open(option.dataset.url, "_blank", "noopener");
  else location.assign(option.dataset.url);
}

/** Follow what fits the words as they stand now, not the list of a moment ago. */
async function enter(dialog, event) {
  if (waiting) {
    clearTimeout(waiting);
    looking = look(dialog);
  }
  await looking;
  follow(chosen(dialog), event);
}

function onKey(event, dialog) {
  const found = options(dialog);
  const at = found.indexOf(chosen(dialog));
  const next = { ArrowDown: (at + 1) % found.length, ArrowUp: (at - 1 + found.length) % found.length }[event.key];
  if (event.isComposing) return; // the letters of a Vietnamese keyboard are still on their way
  if (event.key === "Enter") {
    event.preventDefault();
    enter(dialog, event);
  } else if (next !== undefined && found.length) {
    event.preventDefault();
    choose(dialog, found[next]);
  }
}

function prepare(dialog) {
  const input = dialog.querySelector("[role=combobox]");
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { looking = look(dialog); }, 120);
  });
  input.addEventListener("keydown", (event) => onKey(event, dialog));
  const list = dialog.querySelector("[role=listbox]");
  list.addEventListener("click", (event) => follow(event.target.closest("[role=option]"), event));
  list.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen(dialog)) choose(dialog, option);
  });
}

export function show(dialog) {
  if (!dialog.dataset.prepared) {
    dialog.dataset.prepared = "true";
    prepare(dialog);
  }
  if (dialog.open) return;
  dialog.showModal();
  const input = dialog.querySelector("[role=combobox]");
  input.value = "";
  input.focus();
  looking = look(dialog);
}
