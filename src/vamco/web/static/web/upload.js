/* File fields that name what was chosen, and forms that show how far the sending is. Without this the form is sent as ever. */

const SIZES = ["B", "kB", "MB", "GB"];

function size(bytes, kit) {
  const step = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), SIZES.length - 1);
  return `${kit.format(bytes / 1024 ** step, step ? 1 : 0)} ${SIZES[step]}`;
}

function icon(name) {
  const sprite = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="icon" aria-hidden="true" focusable="false"><use href="${sprite}#${name}"></use></svg>`;
  return holder.content.firstChild;
}

/* ── what was chosen ── */

function without(input, place) {
  const kept = new DataTransfer();
  [...input.files].forEach((file, index) => { if (index !== place) kept.items.add(file); });
  input.files = kept.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.focus();
}

function entry(field, input, file, place, kit) {
  const large = file.size > Number(field.dataset.most);
  const line = document.createElement("li");
  line.classList.toggle("wrong", large);
  const words = document.createElement("span");
  words.textContent = `${file.name} (${size(file.size, kit)})${large ? ` ${field.dataset.saidLarge}` : ""}`;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "tool";
  const name = document.createElement("span");
  name.className = "visually-hidden";
  name.textContent = `${field.dataset.saidRemove} ${file.name}`;
  remove.append(icon("close"), name);
  remove.addEventListener("click", () => without(input, place));
  line.append(icon(large ? "urgent" : "file"), words, remove);
  return line;
}

function show(field, input, kit) {
  const files = [...input.files];
  const large = files.find((file) => file.size > Number(field.dataset.most));
  input.setCustomValidity(large ? `${large.name} ${field.dataset.saidLarge}` : "");
  field.querySelector("[data-chosen]").replaceChildren(...files.map((file, place) => entry(field, input, file, place, kit)));
}

/* ── sending ── */

function bar(form, words) {
  const box = document.createElement("div");
  box.className = "progress sending";
  box.innerHTML = '<span><span></span><span></span></span><progress max="100" value="0"></progress>';
  box.querySelector("progress").setAttribute("aria-label", words.sending);
  box.querySelector("span > span").textContent = words.sending;
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "button quiet";
  stop.textContent = words.stop;
  box.append(stop);
  form.append(box);
  return { box, stop, count: box.querySelectorAll("span > span")[1], meter: box.querySelector("progress") };
}

/** Show the page that came instead of a redirect: most often the form with what is wrong. */
function showAnswer(text, kit) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main");
  const main = document.querySelector("main");
  if (!fresh) return location.reload();
  main.replaceWith(document.adoptNode(fresh));
  kit.start(fresh);
  const wrong = fresh.querySelector(".error, [role=alert], .flashes > *");
  kit.say(wrong?.textContent.trim() ?? fresh.querySelector("h1")?.textContent ?? "");
  (fresh.querySelector("[aria-invalid=true]") ?? fresh).focus();
  scrollTo({ top: 0 });
}

function send(form, submitter, words, kit) {
  const request = new XMLHttpRequest();
  const shown = bar(form, words);
  const controls = [...form.elements].filter((one) => one !== shown.stop && !one.disabled);
  const data = new FormData(form, submitter);
  const done = (failure) => {
    shown.box.remove();
    for (const one of controls) one.disabled = false;
    delete form.dataset.sending;
    if (!failure) return;
    kit.say(failure);
    const note = document.createElement("p");
    note.className = "error sending-failed";
    note.append(icon("urgent"), failure);
    form.append(note);
    submitter?.focus();
  };
  let told = 0;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((event.loaded / event.total) * 100);
    shown.meter.value = percent;
    shown.count.textContent = `${percent}%`;
    if (percent >= told + 25) { told = percent; kit.say(`${percent}%`); }
  });
  request.addEventListener("load", () => {
    const onward = request.getResponseHeader("X-Location");
    if (onward) return location.assign(onward);
    if (request.status >= 500 && !request.responseText.includes("<main")) return done(words.failed);
    showAnswer(request.responseText, kit);
  });
  request.addEventListener("error", () => done(words.failed));
  request.addEventListener("abort", () => done(words.stopped));
  shown.stop.addEventListener("click", () => request.abort());
  form.querySelectorAll(".sending-failed").forEach((old) => old.remove());
  form.dataset.sending = "true";
  for (const one of controls) one.disabled = true;
  request.open(form.method, submitter?.getAttribute("formaction") ?? form.action);
  request.setRequestHeader("X-Upload", "1");
  request.send(data);
  shown.stop.focus();
}

export function start(part, kit) {
  const forms = new Map();
  for (const field of kit.within(part, "[data-upload]")) {
    const input = field.querySelector("input[type=file]");
    input.addEventListener("change", () => show(field, input, kit));
    show(field, input, kit);
    if (input.form) forms.set(input.form, field.dataset);
  }
  for (const [form, { saidSending, saidStop, saidStopped, saidFailed }] of forms) {
    const words = { sending: saidSending, stop: saidStop, stopped: saidStopped, failed: saidFailed };
    form.addEventListener("submit", (event) => {
      const files = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
      if (!files || event.defaultPrevented) return;
      event.preventDefault();
      if (!form.dataset.sending) send(form, event.submitter, words, kit);
    });
  }
}
