/* Tables that people work in. Heads, filters and pages work as links and forms; htmx, loaded when somebody first comes near,
   makes them swap the table alone. Rows are picked by mouse or keyboard, and what is to be done with them is asked in a dialog. */

let library = null;

/** Load htmx once; it finds the attributes of the page by itself. */
function loadSwapping(address) {
  if (library || window.htmx) return;
  library = document.createElement("script");
  library.src = address;
  document.head.append(library);
}

/* ── swapping ── */

/** The table from which something was asked for; an error is swapped elsewhere, so the target does not tell. */
const asking = (event) => event.detail.requestConfig?.elt?.closest?.("[data-listing]");

/** An answer without this table is another page, such as an error, or the log-in after the session's end: go there. */
function beforeSwap(event) {
  const section = asking(event);
  const { xhr } = event.detail;
  if (!section || (xhr.status === 200 && xhr.responseText.includes(`id="${section.id}"`))) return;
  event.detail.shouldSwap = false;
  location.assign(xhr.responseURL || location.href);
}

/** Nothing came: what is shown stays, and the line above it says so. */
function onLost(event, kit) {
  const section = asking(event);
  if (!section) return;
  section.querySelector("[data-said]").textContent = section.dataset.lost;
  kit.say(section.dataset.lost);
}

/** On the way back to what the library had swapped in, before it is there again: nobody else would bring the page into line. */
function onHistory(event) {
  if (event.state?.htmx && !window.htmx) location.reload();
}

/* ── picking rows ── */

const boxes = (form) => [...form.querySelectorAll('input[name="pick"]')];
const picked = (form) => boxes(form).filter((box) => box.checked);

function showCount(form, kit, aloud) {
  const all = form.querySelector("[data-all]");
  const bar = form.querySelector("[data-bulk]");
  const count = picked(form).length;
  all.checked = count > 0 && count === boxes(form).length;
  all.indeterminate = count > 0 && !all.checked;
  bar.classList.toggle("any", count > 0);
  const words = count ? bar.dataset.chosen.replace("{n}", count) : bar.dataset.none;
  bar.querySelector("[data-count]").textContent = words;
  for (const box of boxes(form)) box.closest("tr").classList.toggle("picked", box.checked);
  if (aloud) kit.say(words);
}

function pickRange(form, from, to, on) {
  const every = boxes(form);
  const [low, high] = [every.indexOf(from), every.indexOf(to)].sort((a, b) => a - b);
  for (const box of every.slice(Math.max(low, 0), high + 1)) box.checked = on;
}

/** Move to the same control of another row. */
function neighbour(row, selector, key) {
  const rows = [...row.parentElement.rows];
  const at = rows.indexOf(row);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
  return next === undefined || next === at ? null : rows[next]?.querySelector(selector) ?? null;
}

function onKey(event, form, kit) {
  const row = event.target.closest("tbody tr");
  if (!row || event.altKey) return;
  const isBox = event.target.matches('input[name="pick"]');
  if (!isBox && !event.target.matches("th a")) return;
  if (isBox && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
    for (const box of boxes(form)) box.checked = true;
  } else if (event.key === "Escape" && form.matches("form") && picked(form).length) {
    for (const box of boxes(form)) box.checked = false;
  } else {
    const next = event.ctrlKey || event.metaKey ? null : neighbour(row, isBox ? 'input[name="pick"]' : "th a", event.key);
    if (!next) return;
    event.preventDefault();
    if (isBox && event.shiftKey) pickRange(form, event.target, next, true);
    next.focus();
    if (!(isBox && event.shiftKey)) return;
  }
  event.preventDefault();
  showCount(form, kit, true);
}

/* ── asking before it is done ── */

function ask(event, form, kit) {
  const button = event.submitter;
  if (button?.name !== "task") return;
  event.preventDefault();
  const chosen = picked(form);
  if (!chosen.length) {
    kit.say(form.querySelector("[data-bulk]").dataset.none);
    boxes(form)[0]?.focus();
    return;
  }
  const dialog = document.getElementById(`${form.closest("[data-listing]").id}-${button.value}`);
  const inner = dialog.querySelector("form.body");
  inner.querySelectorAll('input[name="pick"]').forEach((old) => old.remove());
  for (const box of chosen) {
    const copy = document.createElement("input");
    Object.assign(copy, { type: "hidden", name: "pick", value: box.value });
    inner.append(copy);
  }
  dialog.querySelector("[data-count]").textContent = form.querySelector("[data-count]").textContent;
  kit.open(dialog);
}

function makePickable(form, kit) {
  let last = null;
  form.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches?.('input[name="pick"]')) return;
    if (event.shiftKey && last?.isConnected) pickRange(form, last, box, box.checked);
    last = box;
    showCount(form, kit, false);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
    showCount(form, kit, true);
  });
  form.addEventListener("submit", (event) => ask(event, form, kit));
  showCount(form, kit, false); // the browser may have kept ticks when it came back
}

let watching = false;

export function start(part, kit) {
  if (!watching) {
    watching = true;
    document.addEventListener("htmx:beforeSwap", beforeSwap);
    document.addEventListener("htmx:sendError", (event) => onLost(event, kit));
    addEventListener("popstate", onHistory);
  }
  for (const section of kit.within(part, "[data-listing]")) {
    const near = () => loadSwapping(section.dataset.listing);
    section.addEventListener("pointerenter", near, { once: true });
    section.addEventListener("focusin", near, { once: true });
    const form = section.querySelector("form[data-picks]");
    if (form) makePickable(form, kit);
    section.addEventListener("keydown", (event) => onKey(event, form ?? section, kit));
    if (part !== section) continue;
    const said = section.querySelector("[data-said]"); // it was swapped in
    kit.say(said.textContent);
    if (document.activeElement === document.body) said.focus({ preventScroll: true }); // what had the focus is gone
  }
}
