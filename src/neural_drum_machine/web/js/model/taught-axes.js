/**
 * Taught axes: directions that a user has taught by examples, such as "room", and steps of a sound along them. A sound
 * that was moved keeps where it comes from, so that its steps can be changed. It is pure.
 */

import { qualities } from "./qualities.js";

/** @import { Along, AxisStep, TaughtAxis } from "../net/messages.js" */
/** @import { Offers, Values } from "./qualities.js" */
/** @import { Project } from "./project.js" */
/** @import { Recipe } from "./recipe.js" */

/** How far a knob goes: 1 goes from the middle of the examples to those with more. */
export const MOST_AMOUNT = 2;
/** Axes of a project, and of a sound. */
export const MOST_AXES = 4;
/** Letters of a name. */
export const MOST_LETTERS = 60;
/** An axis that orders fewer pairs of examples right is doubtful. */
const SURE = 0.75;

/** An axis without its examples, as sounds have it. @param {TaughtAxis} axis @returns {TaughtAxis} */
export function bare(axis) {
  return { ...axis, more: [], less: [] };
}

/** Whether two axes are one, whatever is known of their examples. @param {TaughtAxis} one @param {TaughtAxis} other */
export function isSameAxis(one, other) {
  return one.name === other.name && one.model === other.model && JSON.stringify(one.code) === JSON.stringify(other.code);
}

/** The axes of a project, and those of its sound that it lacks. @param {Pick<Project, "axes"|"recipe">} project @returns {TaughtAxis[]} */
export function axesOf({ axes, recipe }) {
  const others = (recipe?.along?.axes ?? []).map(({ axis }) => axis);
  return [...axes, ...others.filter((other) => !axes.some((axis) => isSameAxis(axis, other)))];
}

/** How far a sound was moved along an axis. @param {Recipe|null} recipe @param {TaughtAxis} axis */
export function amountOf(recipe, axis) {
  return recipe?.along?.axes.find((step) => isSameAxis(step.axis, axis))?.amount ?? 0;
}

/** What was asked of a sound, without what its axes ask for. @param {Recipe} recipe @returns {Values} */
export function askedOf({ along, wish }) {
  return along?.wish ?? wish;
}

/** A sound of which something else is asked. @param {Recipe} recipe @param {Values} wish @returns {Recipe} */
export function withAsked(recipe, wish) {
  return recipe.along ? { ...recipe, along: { ...recipe.along, wish } } : { ...recipe, wish };
}

/**
 * A sound with another step along an axis. The server makes it from where it was before all steps.
 * @param {Recipe} recipe @param {TaughtAxis} axis @param {number} amount
 * @returns {Recipe}
 */
export function withAmount(recipe, axis, amount) {
  const { code, wish, axes } = recipe.along ?? { code: recipe.code, wish: recipe.wish, axes: [] };
  const others = axes.filter((step) => !isSameAxis(step.axis, axis));
  /** @type {AxisStep[]} */
  const steps = amount ? [...others, { axis: bare(axis), amount }] : others;
  /** @type {Along|null} */
  const along = steps.length ? { axes: steps, code, wish } : null;
  return { ...recipe, code, wish, along };
}

/** What an axis changes, the largest change first. @param {TaughtAxis} axis @param {Offers|null} hello */
export function effectWords({ step }, hello) {
  const size = (/** @type {string} */ name) => Math.abs(step[name]);
  const moved = qualities(hello).filter(({ name }) => step[name]).sort((one, other) => size(other.name) - size(one.name));
  if (!moved.length) return "It changes no value by much; the sound itself moves.";
  const words = moved.map(({ high_word, low_word, name }) => (step[name] > 0 ? high_word : low_word));
  const sizes = moved.map(({ name }) => `${name} by ${percent(size(name))}`);
  return `At 1 a sound is ${words.join(", ")} (${sizes.join(", ")} of what recordings have).`;
}

/** How sure an axis is. @param {TaughtAxis} axis */
export function doubtWords({ order }) {
  const more = order < SURE ? " More examples would make it surer." : "";
  return `It orders ${percent(order)} of the pairs of examples right that it was not taught with.${more}`;
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(100 * share)}\u00a0%`;
}
