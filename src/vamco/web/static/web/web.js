/* Glue for pages that already work without it: theme switch, menus, dialogs. What only some pages have is a module of its
   own, loaded where it stands on the page; its address, with its version, stands on the script element of this one. */

const root = document.documentElement;
const language = root.lang || "vi";
const vietnamese = language.startsWith("vi");
const still = matchMedia("(prefers-reduced-motion: reduce)");
root.classList.add("scripted");

/* ── theme ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
const retheme = new Set();

function showTheme() {
  for (const button of document.querySelectorAll('[data-act="theme"]')) button.setAttribute("aria-pressed", String(isDark()));
  for (const redraw of retheme) redraw();
}

function switchTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  document.cookie = `vamco_theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  showTheme();
}

/* ── what modules are given ────────────────────────────────────────────────────────────────────────────────────── */

const probe = document.createElement("span");
probe.hidden = true;

/** The colour that a token has now, in the theme in force. */
function token(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

const format = (value, decimals) =>
  value === null || value === undefined ? "–" : new Intl.NumberFormat(vietnamese ? "vi-VN" : "en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);

const read = (id) => JSON.parse(document.getElementById(id).textContent);

/** Have screen readers say something, also when it is what they said last. */
function say(words) {
  const place = document.getElementById("said");
  if (!place) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = words; }, 60);
}

/** Open a dialog with the focus on the first thing to fill in, or else on the first button of its body. */
function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector(".body :is(input:not([type=hidden]), select, textarea)") ?? dialog.querySelector(".body :is(button, a[href])");
  first?.focus();
}

/** The elements of a part that match, the part itself among them. */
const within = (part, selector) => [...(part.matches?.(selector) ? [part] : []), ...part.querySelectorAll(selector)];

const kit = { token, format, read, say, open, within, retheme, still, start };

/* ── modules ───────────────────────────────────────────────────────────────────────────────────────────────────── */

const WHERE = { table: "table[data-sortable]", chart: "[data-chart]", map: "[data-map]", listing: "[data-listing]", upload: "[data-upload]", date: "[data-date]", file: "input[type=file]" };
const addresses = document.getElementById("scripts").dataset;
const load = (name) => import(addresses[`at${name[0].toUpperCase()}${name.slice(1)}`]);

/** Bring a part of the page to life: the document, or what was swapped into it. */
async function start(part) {
  nameScrollers();
  const found = Object.keys(WHERE).filter((name) => part.matches?.(WHERE[name]) || part.querySelector(WHERE[name]));
  const modules = await Promise.all(found.map(load));
  for (const module of modules) module.start(part, kit);
}

const palette = () => load("palette").then((module) => module.show(document.getElementById("palette")));

/** A box that scrolls sideways must be reachable by keyboard and have a name. */
function nameScrollers() {
  for (const box of document.querySelectorAll(".table-box")) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (!scrolls) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", box.querySelector("caption")?.textContent.trim() ?? "");
  }
}

/* ── menus, help texts and dialogs ─────────────────────────────────────────────────────────────────────────────── */

let pressed = null;

function closeFolds(except) {
  for (const fold of document.querySelectorAll("details[data-fold][open]")) if (fold !== except) fold.open = false;
}

document.addEventListener("pointerdown", (event) => { pressed = event.target; });

document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act], [data-opens], [data-closes]");
  closeFolds(event.target.closest("details[data-fold]"));
  if (act?.dataset.act === "theme") switchTheme();
  if (act?.dataset.act === "print") print();
  if (act?.dataset.act === "palette" && document.getElementById("palette") && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    palette();
  }
  if (act?.dataset.opens) open(document.getElementById(act.dataset.opens));
  if (act && "closes" in act.dataset) act.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && pressed === event.target) event.target.close(); // the backdrop, and no drag that ended there
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k" && document.getElementById("palette")) {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) palette();
    return;
  }
  if (event.key !== "Escape") return;
  const fold = document.activeElement?.closest("details[data-fold][open]");
  closeFolds();
  fold?.querySelector("summary").focus();
});

/* ── what a browser says of a control that stands empty or wrong, it says in its own language; we say it in the page's ──── */

const wrong = vietnamese
  ? { valueMissing: "Hãy điền mục này.", typeMismatch: "Hãy nhập đúng dạng, ví dụ ten@example.vn.", tooShort: "Nội dung quá ngắn.", tooLong: "Nội dung quá dài.", patternMismatch: "Hãy nhập đúng dạng được yêu cầu.", rangeUnderflow: "Giá trị quá nhỏ.", rangeOverflow: "Giá trị quá lớn.", stepMismatch: "Giá trị không hợp lệ.", badInput: "Hãy nhập một số.", choose: "Hãy chọn một mục.", file: "Hãy chọn tệp." }
  : { valueMissing: "Fill in this field.", typeMismatch: "Enter it in its form, such as name@example.vn.", tooShort: "This is too short.", tooLong: "This is too long.", patternMismatch: "Enter it in the form that is asked for.", rangeUnderflow: "This is too small.", rangeOverflow: "This is too large.", stepMismatch: "This value is not possible.", badInput: "Enter a number.", choose: "Choose an option.", file: "Choose a file." };

document.addEventListener("invalid", ({ target }) => {
  if (target.validity.customError) return;
  const reason = Object.keys(wrong).find((name) => target.validity[name]);
  const missing = target.type === "file" ? wrong.file : target.matches("select, [type=radio]") ? wrong.choose : wrong.valueMissing;
  if (reason) target.setCustomValidity(reason === "valueMissing" ? missing : wrong[reason]);
}, true);

document.addEventListener("input", ({ target }) => {
  const group = target.type === "radio" && target.form ? [...target.form.elements].filter((one) => one.name === target.name) : [target];
  for (const one of group) one.setCustomValidity?.("");
}, true);

/* ── the wall renews itself; while it cannot, it keeps the last figures and says so ─────────────────────────────────── */

function sayLost() {
  const note = document.querySelector("#screen .lost");
  if (note) note.hidden = false;
}

document.addEventListener("htmx:sendError", sayLost);
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!document.getElementById("screen")) return;
  if (xhr.status === 200 && target?.id === "screen" && xhr.responseText.includes('id="screen"')) return;
  event.detail.shouldSwap = false; // an error, or the log-in page after the session's end
  sayLost();
});

/* ── a part of a page that renews itself: what is the same stays, so that focus and open details stay; an error changes nothing ── */

const renewed = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (!target || !("renews" in target.dataset)) return;
  const whole = xhr.status === 200 && xhr.responseText.includes(`id="${target.id}"`); // not the log-in page after the session's end
  if (!whole || renewed.get(target.id) === xhr.responseText) event.detail.shouldSwap = false;
  if (whole) renewed.set(target.id, xhr.responseText);
});

/* ── start ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

showTheme();
dark.addEventListener("change", showTheme);
addEventListener("beforeprint", () => document.querySelectorAll("details.twin").forEach((twin) => { twin.open = true; }));
start(document).catch((error) => console.error(error)).finally(() => { root.dataset.ready = "true"; });
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });
