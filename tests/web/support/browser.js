/** What the commands and the messages use of a browser: the address, its storage, and whether it is seen. */

const NAMES = ["addEventListener", "document", "history", "localStorage", "location", "window"];
const ORIGIN = "http://here/";

export class FakeBrowser {
  hash = "";

  constructor() {
    this._before = NAMES.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
    this._events = new EventTarget();
    this._elements = new Map();
    /** The events of changes of the address that the page has not been told of. */
    this._untold = [];
    const browser = this;
    const stored = new Map();
    const document = new EventTarget();
    const fakes = {
      addEventListener: this._events.addEventListener.bind(this._events),
      document: Object.assign(document, { hidden: false, getElementById: (id) => this.element(id) }),
      history: { replaceState: (_state, _title, hash) => (this.hash = hash) },
      localStorage: { getItem: (key) => stored.get(key) ?? null, setItem: (key, text) => stored.set(key, text) },
      location: { pathname: "/", search: "", get hash() { return browser.hash.includes("#") ? browser.hash.slice(browser.hash.indexOf("#")) : ""; } },
      window: globalThis,
    };
    for (const name of NAMES) {
      Object.defineProperty(globalThis, name, { value: fakes[name], configurable: true, writable: true });
    }
    this._document = document;
  }

  /** An element: its text and its classes. */
  element(id) {
    if (!this._elements.has(id)) {
      const classes = new Set();
      const toggle = (name, isOn) => (isOn ? classes.add(name) : classes.delete(name));
      this._elements.set(id, { textContent: "", classes, classList: { toggle } });
    }
    return this._elements.get(id);
  }

  /** Go to another address of the page; the page is told later. */
  goTo(hash) {
    const [oldURL, newURL] = [ORIGIN + this.hash, ORIGIN + hash];
    this.hash = hash;
    this._untold.push(Object.assign(new Event("hashchange"), { oldURL, newURL }));
  }

  /** Tell the page of the changes of its address. */
  tell() {
    for (const event of this._untold.splice(0)) this._events.dispatchEvent(event);
  }

  /** Let the user look at the page, or away from it. */
  see(isSeen) {
    this._document.hidden = !isSeen;
    this._document.dispatchEvent(new Event("visibilitychange"));
  }

  /** Give Node.js its own globals back. */
  close() {
    for (const [name, own] of this._before) {
      if (own) Object.defineProperty(globalThis, name, own);
      else delete globalThis[name];
    }
  }
}
