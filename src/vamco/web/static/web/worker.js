/* The service worker. KNOWN stands before this text: version, shell, pages, offline.
   It keeps the shell, static files and a few public pages; never an answer that is private, sets a cookie, or was made for somebody. */

const CACHE = `vamco-${KNOWN.version}`;
const MOST = 60; // static files

const isStatic = (url) => url.pathname.startsWith("/static/");
const isPublic = (url) => KNOWN.pages.includes(url.pathname) && !url.search;

/** Whether an answer may lie in a cache that the next person at this device reads: whatever is made for somebody is private. */
function common(answer) {
  const control = answer.headers.get("Cache-Control") ?? "";
  return answer.ok && answer.type === "basic" && !answer.redirected && !/private|no-store/i.test(control);
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(KNOWN.shell);
    // As a visitor gets them: without cookies, so nothing of a signed-in person is in them.
    for (const path of [KNOWN.offline, ...KNOWN.pages]) await keep(cache, path);
    await self.skipWaiting();
  })());
});

async function keep(cache, path) {
  try {
    const answer = await fetch(path, { credentials: "omit", cache: "no-cache" });
    if (common(answer)) await cache.put(path, answer);
  } catch { /* the next visit tries again */ }
}

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("vamco-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (isStatic(url)) event.respondWith(fromCache(request));
  else if (request.mode === "navigate") event.respondWith(fromNetwork(request, url));
});

async function fromCache(request) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(request);
  if (held) return held;
  const answer = await fetch(request);
  if (common(answer) && new URL(request.url).searchParams.has("v") && (await cache.keys()).length < MOST) await cache.put(request, answer.clone());
  return answer;
}

async function fromNetwork(request, url) {
  try {
    return await fetch(request); // what was fetched with somebody's cookies is never kept
  } catch {
    const cache = await caches.open(CACHE);
    return (isPublic(url) && (await cache.match(url.pathname))) || (await cache.match(KNOWN.offline)) || Response.error();
  }
}
