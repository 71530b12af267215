/* What citizens' pages do beyond what works without it: the service worker, drafts, and forgetting at log-out. */

const own = document.getElementById("citizen-script");

if ("serviceWorker" in navigator && own?.dataset.worker && window.isSecureContext) {
  // After the page has loaded: a first visit on a slow line is not made slower by what the next one needs.
  addEventListener("load", () => setTimeout(() => navigator.serviceWorker.register(own.dataset.worker).catch(() => {}), 1500));
}

const drafts = () => import(new URL("drafts.js", import.meta.url).href);

if (document.querySelector("form[data-draft], #drafts")) drafts().then((module) => module.start(document));

// Who leaves takes with them what they typed: the next person at this device finds nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-leaves]") || form.dataset.left) return;
  event.preventDefault();
  form.dataset.left = "true";
  const go = () => form.submit();
  drafts().then((module) => module.clear()).then(go, go);
});
