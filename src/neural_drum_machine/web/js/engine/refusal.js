/** A request that the engine in the browser does not meet. `code` is an error code of the protocol, or `unsupported`. */
export class Refused extends Error {
  /** @param {string} code @param {string} sentence */
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

/** A request that only the program meets. */
export class Unsupported extends Refused {
  /** @param {string} what begins the sentence */
  constructor(what) {
    super("unsupported", `${what} needs the program on your computer: this page plays without it. pip install neural-drum-machine, then ndm play`);
    this.what = what;
  }
}

/** @param {string} what begins the sentence */
export function unsupported(what) {
  return new Unsupported(what);
}
