/** The addresses of this page's own scripts, for browsers that let no other text name a script (Trusted Types). */

/** @type {{createScriptURL: (url: string) => string}} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("ndm", { createScriptURL: ownUrl }) ?? { createScriptURL: ownUrl };

/** @param {string} url */
function ownUrl(url) {
  if (new URL(url).origin !== location.origin) throw new TypeError(`${url} is not of this page`);
  return url;
}

/** @param {URL} url a script of this page @returns {string} */
export function trustedUrl(url) {
  return policy.createScriptURL(url.href);
}
