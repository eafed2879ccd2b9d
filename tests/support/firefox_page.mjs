/** The page in Firefox, which WebDriver BiDi drives. */

import puppeteer from "puppeteer-core";

/**
 * Open the page and wait until it can play.
 *
 * @param {string} executablePath Firefox
 * @param {string} address the page's
 */
export async function opened(executablePath, address) {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, protocolTimeout: 0 });
  const page = await browser.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const began = performance.now();
  await page.goto(address);
  await page.waitForSelector("body.is-ready", { timeout: 0 });
  return { browser, page, errors, ready: performance.now() - began };
}
