/** Own sounds of the user: compact forms, by the number that they have among a sound's exemplars. */

import { fromBase64 } from "../model/base64.js";
import { ownNumbers } from "../model/recipe.js";

export class OwnSounds {
  constructor() {
    /** @type {Map<number, string>} in base64 */
    this._forms = new Map();
    /** Numbers that the server knows on this connection. @type {Set<number>} */
    this._told = new Set();
  }

  /** @param {number} number @param {string} form in base64 */
  keep(number, form) {
    this._forms.set(number, form);
  }

  /** @param {Record<string, string>} forms by number */
  keepAll(forms) {
    for (const [number, form] of Object.entries(forms)) this.keep(Number(number), form);
  }

  /** The server knows an own sound. @param {number} number */
  tell(number) {
    this._told.add(number);
  }

  /** The connection is a new one, or the server has forgotten some. */
  forgetTold() {
    this._told.clear();
  }

  /** The numbers of exemplars that are own sounds here and that the server does not know. @param {number[]} exemplars */
  untold(exemplars) {
    return ownNumbers(exemplars).filter((number) => this._forms.has(number) && !this._told.has(number));
  }

  /** The bytes of a form. @param {number} number */
  bytes(number) {
    return fromBase64(this._forms.get(number) ?? "");
  }

  /** The forms among exemplars of several sounds, by number. @param {number[][]} several */
  formsOf(several) {
    /** @type {Record<string, string>} */
    const forms = {};
    for (const number of several.flatMap(ownNumbers)) {
      const form = this._forms.get(number);
      if (form !== undefined) forms[number] = form;
    }
    return forms;
  }
}
