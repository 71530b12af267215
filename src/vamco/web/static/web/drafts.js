/* Drafts on the device: what is typed into forms marked data-draft="name" is kept in IndexedDB for 7 days, if the device is the
   reader's own. Nothing is sent anywhere. Fields marked data-private, passwords and files are never kept. */

const NAME = "vamco-drafts";
const DAYS = 7;
const LONGEST = 200_000; // characters of a draft
const CHOICE = "vamco.device"; // in localStorage: "own"; anything else is a shared device

export const allowed = () => localStorage.getItem(CHOICE) === "own";

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const db = await database();
  try {
    return await new Promise((resolve, reject) => {
      const change = db.transaction("drafts", mode);
      const asked = act(change.objectStore("drafts"));
      change.oncomplete = () => resolve(asked?.result);
      change.onerror = change.onabort = () => reject(change.error);
    });
  } finally {
    db.close();
  }
}

const put = (draft) => within("readwrite", (store) => store.put(draft));
const drop = (key) => within("readwrite", (store) => store.delete(key));

/** All drafts that are not older than 7 days; those that are, are deleted. */
export async function all() {
  const found = (await within("readonly", (store) => store.getAll())) ?? [];
  const oldest = Date.now() - DAYS * 86_400_000;
  await Promise.all(found.filter((draft) => draft.at <= oldest).map((draft) => drop(draft.key)));
  return found.filter((draft) => draft.at > oldest).sort((one, other) => other.at - one.at);
}

/** Delete every draft, and the choice that this device is somebody's own. */
export async function clear() {
  localStorage.removeItem(CHOICE);
  await within("readwrite", (store) => store.clear());
}

/* ── forms ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

const kept = (field) => field.name && !field.disabled && !("private" in field.dataset) && !["hidden", "password", "file", "submit", "button"].includes(field.type);

function read(form) {
  const values = [];
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (["checkbox", "radio"].includes(field.type)) values.push([field.name, field.value, field.checked]);
    else values.push([field.name, field.value, true]);
  }
  return values;
}

function fill(form, values) {
  for (const [name, value, on] of values) {
    for (const field of form.elements) {
      if (field.name !== name || !kept(field)) continue;
      if (["checkbox", "radio"].includes(field.type)) { if (field.value === value) field.checked = on; }
      else field.value = value;
    }
  }
}

async function tend(form) {
  const key = form.dataset.draft;
  const before = (await all()).find((draft) => draft.key === key);
  if (before && allowed() && !form.querySelector("[aria-invalid=true]")) fill(form, before.values);
  let waits = 0;
  form.addEventListener("input", () => {
    clearTimeout(waits);
    if (!allowed()) return;
    waits = setTimeout(() => {
      const values = read(form);
      if (JSON.stringify(values).length > LONGEST) return;
      put({ key, title: form.dataset.draftTitle || document.title, url: location.pathname + location.search, at: Date.now(), values });
    }, 400);
  });
  form.addEventListener("submit", () => { clearTimeout(waits); drop(key); });
}

/* ── the page of drafts ────────────────────────────────────────────────────────────────────────────────────────── */

async function show(part) {
  const words = part.dataset;
  const list = part.querySelector("[data-list]");
  const none = part.querySelector("[data-empty]");
  const every = part.querySelector("[data-delete-all]");
  const drafts = await all();
  list.replaceChildren(...drafts.map((draft) => row(draft, words, () => show(part))));
  list.hidden = every.hidden = drafts.length === 0;
  none.hidden = drafts.length > 0;
  none.textContent = allowed() ? words.none : words.off;
}

function row(draft, words, done) {
  const item = document.createElement("li");
  const title = document.createElement("h3");
  const note = document.createElement("p");
  const acts = document.createElement("div");
  const open = document.createElement("a");
  const gone = document.createElement("button");
  title.textContent = draft.title;
  const until = new Date(draft.at + DAYS * 86_400_000);
  note.textContent = `${words.until} ${until.toLocaleDateString(document.documentElement.lang === "vi" ? "vi-VN" : "en-GB")}`;
  open.textContent = words.open;
  open.href = draft.url.startsWith("/") && !draft.url.startsWith("//") ? draft.url : "/";
  gone.type = "button";
  gone.className = "button quiet";
  gone.textContent = words.delete;
  gone.setAttribute("aria-label", `${words.delete}: ${draft.title}`);
  gone.addEventListener("click", () => drop(draft.key).then(done));
  acts.className = "acts";
  acts.append(open, gone);
  item.append(title, note, acts);
  return item;
}

function offer(part) {
  const form = part.querySelector("#draft-choice");
  form.elements.device.value = allowed() ? "own" : "shared";
  form.addEventListener("change", async () => {
    if (form.elements.device.value === "own") localStorage.setItem(CHOICE, "own");
    else await clear();
    await show(part);
  });
  part.querySelector("[data-delete-all]").addEventListener("click", () => within("readwrite", (store) => store.clear()).then(() => show(part)));
  return show(part);
}

export function start(part) {
  const page = part.querySelector("#drafts");
  if (page) offer(page);
  for (const form of part.querySelectorAll("form[data-draft]")) tend(form);
}
