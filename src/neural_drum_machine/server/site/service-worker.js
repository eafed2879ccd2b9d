/** Keeps this page in the browser, so that it opens without a network. `ndm site` fills in what the files are. */

const VERSION = "@VERSION@";
const FILES = /*FILES*/ [];
const LATER = /*LATER*/ [];
const PREFIX = "ndm-";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(PREFIX + VERSION).then((cache) => cache.addAll(FILES)));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

// What was kept comes first: an answer of the network may be of another version.
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const answer = async () => {
    const cache = await caches.open(PREFIX + VERSION);
    const kept = await cache.match(event.request, { ignoreSearch: true });
    if (kept) return kept;
    const response = await fetch(event.request);
    const isLater = LATER.some((each) => new URL(each, self.location.href).href === event.request.url);
    if (isLater && response.ok) event.waitUntil(cache.put(event.request, response.clone()));
    return response;
  };
  event.respondWith(answer());
});
