/**
 * The page in Firefox: what it plays, as JSON on standard output.
 *
 *   node tests/support/firefox.mjs FIREFOX ADDRESS [CHANGES]
 *
 * Firefox is driven by WebDriver BiDi. It draws two sounds of each category, then measures how long CHANGES changes take
 * from the request to the samples, one after the other.
 */

import { opened } from "./firefox_page.mjs";

const [executablePath, address, changes = "0"] = process.argv.slice(2);
const { browser, page, errors, ready } = await opened(executablePath, address);
try {
  const sounds = await page.evaluate(async () => {
    const { client, state } = globalThis.ndm.app;
    const found = [];
    for (const category of state.hello.categories) {
      for (const seed of [1, 3]) {
        const { channels: [samples], sr } = await client.ask("random", { category, seed });
        const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
        const text = btoa(bytes.reduce((all, byte) => all + String.fromCharCode(byte), ""));
        found.push({ category, seed, sr, text });
      }
    }
    return found;
  });
  // A click on the map is a sound that plays: the page's own way, by the mouse.
  await page.evaluate(() => {
    globalThis.heard = [];
    const { output } = globalThis.ndm.app;
    const play = output.play.bind(output);
    output.play = (channels, ...rest) => {
      globalThis.heard.push(channels[0].length);
      return play(channels, ...rest);
    };
  });
  const pad = await page.$("#xy-pad");
  await pad.click();
  // The page's security policy forbids eval, which the browser driver's own waiting needs.
  let heard = 0;
  for (const end = performance.now() + 300_000; !heard && performance.now() < end;) heard = await page.evaluate(() => globalThis.heard.length);
  const times = await page.evaluate(async (count) => {
    const { client } = globalThis.ndm.app;
    const { code, category, exemplars } = await client.ask("random", { category: "snare", seed: 5 });
    const found = [];
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      await client.ask("move", { category, code, exemplars, p1: Math.sin(i), p2: Math.cos(0.7 * i), p3: 0 });
      found.push(performance.now() - start);
    }
    return found;
  }, Number(changes));
  process.stdout.write(JSON.stringify({ version: await browser.version(), ready, sounds, heard, times, errors }));
} finally {
  await browser.close();
}
