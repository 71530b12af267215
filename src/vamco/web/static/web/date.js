/* A calendar beside a box for a day: dd/mm/yyyy in the page's language, whatever the browser's. The box alone does all of it too.
   A modal dialog with a grid, as the ARIA practices have it: arrows go by day and week, Home and End in the week, Page Up and
   Page Down by month, with Shift by year. */

const english = document.documentElement.lang.startsWith("en");
const locale = english ? "en-GB" : "vi-VN";
const words = english
  ? { open: "Open the calendar", title: "Choose a date", today: "Today", close: "Close", back: "Previous month", on: "Next month", yearBack: "Previous year", yearOn: "Next year", chosen: "chosen" }
  : { open: "Mở lịch", title: "Chọn ngày", today: "Hôm nay", close: "Đóng", back: "Tháng trước", on: "Tháng sau", yearBack: "Năm trước", yearOn: "Năm sau", chosen: "đang chọn" };
const WEEK = english ? ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] : ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];
const DAY = 86_400_000;
const long = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const weekdays = Array.from({ length: 7 }, (_, n) => new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + n)));
const monthName = (day) => english ? new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(day) : `Tháng ${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear()}`;

/* Days are UTC midnights: no summer time of any place moves them. */
const iso = (day) => day.toISOString().slice(0, 10);
const fromIso = (text) => (text ? new Date(`${text}T00:00:00Z`) : null);
const two = (number) => String(number).padStart(2, "0");
const written = (day) => `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${String(day.getUTCFullYear()).padStart(4, "0")}`;
const plus = (day, days) => new Date(day.getTime() + days * DAY);

function plusMonths(day, months) {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return plus(first, Math.min(day.getUTCDate(), last) - 1);
}

/** The day that a box holds, or null for what is no day. */
function readDay(text) {
  const found = /^\s*(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})(?!\d)/.exec(text);
  const parts = found ? [found[3], found[2], found[1]] : /^\s*(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(text)?.slice(1);
  if (!parts) return null;
  const [year, month, number] = parts.map(Number);
  const day = new Date(Date.UTC(year, month - 1, number));
  return day.getUTCMonth() === month - 1 && day.getUTCDate() === number ? day : null;
}

const bounds = (input) => [fromIso(input.dataset.min), fromIso(input.dataset.max)];
const clamp = (day, [low, high]) => (low && day < low ? low : high && day > high ? high : day);
const outside = (day, [low, high]) => Boolean((low && day < low) || (high && day > high));

/* ── the dialog, one for the page ── */

let dialog = null;
let input = null; // the box that it was opened for
let shown = null; // the day with the focus

function make(tag, attributes, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function icon(name) {
  const sprite = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="icon" aria-hidden="true" focusable="false"><use href="${sprite}#${name}"></use></svg>`;
  return holder.content.firstChild;
}

function step(name, picture, months) {
  const button = make("button", { type: "button", class: "tool", "aria-label": name, title: name }, ...picture);
  button.addEventListener("click", () => { shown = clamp(plusMonths(shown, months), bounds(input)); draw(); });
  return button;
}

function build() {
  const close = make("button", { type: "button", class: "tool", "aria-label": words.close }, icon("close"));
  close.addEventListener("click", () => dialog.close());
  const head = make("header", {}, make("h2", { id: "calendar-title" }, words.title), close);
  const month = make("p", { id: "calendar-month", "aria-live": "polite" });
  const bar = make("div", { class: "calendar-bar" },
    step(words.yearBack, [icon("left"), icon("left")], -12), step(words.back, [icon("left")], -1), month,
    step(words.on, [icon("right")], 1), step(words.yearOn, [icon("right"), icon("right")], 12));
  const names = make("tr", {}, ...WEEK.map((word, n) => make("th", { scope: "col", abbr: weekdays[n] }, word)));
  const grid = make("table", { role: "grid", "aria-labelledby": "calendar-month" }, make("thead", {}, names), make("tbody", {}));
  const today = make("button", { type: "button", class: "button quiet" }, words.today);
  today.addEventListener("click", () => choose(fromIso(input.dataset.today)));
  dialog = make("dialog", { class: "calendar", "aria-labelledby": "calendar-title" }, head, make("div", { class: "body" }, bar, grid, make("div", { class: "actions" }, today)));
  grid.addEventListener("keydown", onKey);
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.getAttribute("aria-disabled") !== "true") choose(fromIso(button.dataset.day));
  });
  dialog.addEventListener("close", () => input?.focus());
  document.body.append(dialog);
}

function draw(focus = false) {
  const first = plus(shown, 1 - shown.getUTCDate());
  const from = plus(first, -((first.getUTCDay() + 6) % 7)); // the Monday before
  const chosen = readDay(input.value);
  const limits = bounds(input);
  dialog.querySelector("#calendar-month").textContent = monthName(shown);
  const weeks = Array.from({ length: 6 }, (_, week) => make("tr", {}, ...Array.from({ length: 7 }, (_none, place) => {
    const day = plus(from, week * 7 + place);
    if (day.getUTCMonth() !== shown.getUTCMonth()) return make("td", {});
    const picked = chosen && iso(day) === iso(chosen);
    const button = make("button", { type: "button", "data-day": iso(day), tabindex: iso(day) === iso(shown) ? "0" : "-1", "aria-label": long.format(day) + (picked ? `, ${words.chosen}` : "") }, String(day.getUTCDate()));
    if (picked) button.classList.add("chosen-day");
    if (iso(day) === input.dataset.today) button.setAttribute("aria-current", "date");
    if (outside(day, limits)) button.setAttribute("aria-disabled", "true");
    return make("td", {}, button);
  })));
  dialog.querySelector("tbody").replaceChildren(...weeks.filter((week) => week.querySelector("button")));
  dialog.querySelector(".actions button").disabled = !input.dataset.today || outside(fromIso(input.dataset.today), limits);
  if (focus) dialog.querySelector('[tabindex="0"]')?.focus();
}

function onKey(event) {
  const weekday = (shown.getUTCDay() + 6) % 7;
  const month = event.shiftKey ? 12 : 1;
  const moved = {
    ArrowLeft: () => plus(shown, -1), ArrowRight: () => plus(shown, 1), ArrowUp: () => plus(shown, -7), ArrowDown: () => plus(shown, 7),
    Home: () => plus(shown, -weekday), End: () => plus(shown, 6 - weekday), PageUp: () => plusMonths(shown, -month), PageDown: () => plusMonths(shown, month),
  }[event.key];
  if (!moved) return;
  event.preventDefault();
  shown = clamp(moved(), bounds(input));
  draw(true);
}

/** Write the day into the box; an hour that stands behind it stays. */
function choose(day) {
  const hour = input.dataset.date === "moment" ? /\d{1,2}[:.h]\d\d/.exec(input.value.replace(/^\s*\S+/, "")) ?? ["08:00"] : null;
  input.value = hour ? `${written(day)} ${hour[0]}` : written(day);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  dialog.close();
}

function open(box) {
  if (!dialog) build();
  if (!dialog.isConnected) document.body.append(dialog);
  (box.closest("dialog") ?? document.body).append(dialog); // inside a dialog it belongs to that one
  input = box;
  shown = clamp(readDay(box.value) ?? fromIso(box.dataset.today) ?? new Date(new Date().setUTCHours(0, 0, 0, 0)), bounds(box));
  draw();
  dialog.showModal();
  draw(true);
}

function wrap(box) {
  const button = make("button", { type: "button", class: "tool", "aria-label": words.open, title: words.open, "aria-haspopup": "dialog" }, icon("calendar"));
  const around = make("span", { class: "date" });
  box.replaceWith(around);
  around.append(box, button);
  button.addEventListener("click", () => open(box));
  box.addEventListener("change", () => {
    const day = box.dataset.date === "day" && readDay(box.value);
    if (day) box.value = written(day); // 1.2.2026 becomes 01/02/2026, so that everybody reads the same
  });
}

export function start(part, kit) {
  for (const box of kit.within(part, "[data-date]")) if (!box.closest(".date")) wrap(box);
}
