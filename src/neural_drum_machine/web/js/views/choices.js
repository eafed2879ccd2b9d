/** The choices that the model and the server offer: quality, and limits of controls. */

import { byId, make } from "./dom.js";

/** @import { HelloReply } from "../net/messages.js" */

/** Inverters as people know them. @type {Record<string, string>} */
const QUALITIES = { refined: "Best", light: "Quick", "griffin-lim": "Griffin-Lim", mcnn: "Neural (MCNN)" };

/** Fill in the choices. @param {HelloReply} hello */
export function fillChoices({ hash, inverters, limits, model, qualities, sr }) {
  byId("inverter").append(...inverters.map((name) => make("option", { value: name, text: QUALITIES[name] ?? name })));
  byId("midi-knob").append(...(qualities ?? []).map(({ name }) => make("option", { value: name, text: String(name) })));
  byId("amount-input").setAttribute("max", String(limits.amount));
  byId("wild-input").setAttribute("max", String(limits.wild));
  byId("model").textContent = `${model} · ${hash.slice(0, 12)}`;
  byId("rate").textContent = `sounds have ${(sr / 1000).toLocaleString("en")} kHz`;
}
