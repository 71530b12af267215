/* Forms work without this. It puts the focus where something is wrong, and shows how far an upload is. */

const speak = document.documentElement.lang.startsWith("vi")
  ? { sending: "Đang tải tệp lên", arrived: "Đã tải lên, đang kiểm tra tệp", failed: "Không gửi được. Hãy kiểm tra mạng rồi gửi lại." }
  : { sending: "Uploading", arrived: "Uploaded, the file is being checked", failed: "It was not sent. Check the network and send it again." };

function lookAtMistakes() {
  document.getElementById("wrong")?.focus();
}

/** A link of the error summary leads to the control itself, also where that is one of a group. */
document.addEventListener("click", (event) => {
  const link = event.target.closest(".wrong-summary a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  (control.closest("fieldset.field, .field") ?? control).scrollIntoView({ block: "start" });
  control.focus({ preventScroll: true });
});

function tell(form, words, share) {
  const file = [...form.querySelectorAll('[type="file"]')].find((input) => input.files.length);
  const line = file?.closest(".field").querySelector("[data-sending]");
  if (!line) return;
  line.hidden = false;
  const said = line.querySelector("[role=status]");
  if (said.textContent !== words) said.textContent = words; // said once, not at each percent
  const bar = line.querySelector("progress");
  if (share === null) bar.removeAttribute("value"); else bar.value = share;
}

/** Show the answer as if the browser had gone there itself: a new address, or this page with what is wrong. */
function arrive(form, request) {
  const here = new URL(form.action || location.href, location.href);
  if (request.status < 400 && request.responseURL && new URL(request.responseURL).pathname !== here.pathname) {
    location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = answer.querySelector("main");
  if (!main) { location.reload(); return; }
  document.title = answer.title;
  document.querySelector("main").replaceWith(main);
  window.htmx?.process(main);
  main.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // calendars and file boxes come to life
  lookAtMistakes();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-form]") || button?.value === "leave") return;
  if (![...form.querySelectorAll('[type="file"]')].some((input) => input.files.length)) return;
  event.preventDefault();
  if (form.dataset.busy) return; // pressed twice
  form.dataset.busy = "yes";
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.upload.onprogress = (sent) => tell(form, speak.sending, sent.lengthComputable ? Math.round((100 * sent.loaded) / sent.total) : null);
  request.upload.onload = () => tell(form, speak.arrived, null);
  request.onload = () => { delete form.dataset.busy; arrive(form, request); };
  request.onerror = () => { delete form.dataset.busy; tell(form, speak.failed, 0); };
  request.send(new FormData(form, button));
});

/* ── questions that an answer opens: what somebody answers while the server is asked must not be swapped away ─────────── */

const asked = new WeakMap(); // by request: the answers that it was sent with
const answers = (form) => new URLSearchParams(new FormData(form)).toString();

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("[data-form]");
  if (form) asked.set(event.detail.xhr, answers(form));
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.target?.closest("[data-form]");
  if (!form || answers(form) === asked.get(event.detail.xhr)) return;
  event.detail.shouldSwap = false;
  window.htmx.trigger(event.detail.requestConfig.elt, "change"); // asks again, with what came since
});

lookAtMistakes();
