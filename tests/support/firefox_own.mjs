/**
 * A WAV file that is dropped on the page in Firefox, and then changed by a knob: what it plays, as JSON on standard output.
 *
 *   node tests/support/firefox_own.mjs FIREFOX ADDRESS FILE SECONDS
 *
 * SECONDS is the decay that is typed at the knob.
 */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { opened } from "./firefox_page.mjs";

const [executablePath, address, file, seconds] = process.argv.slice(2);
const { browser, page, errors } = await opened(executablePath, address);

/** What is played since the last call, once the page has nothing left to do: channels as text, and the recipe. */
const played = () => page.evaluate(async () => {
  const { app } = globalThis.ndm;
  const isSettled = () => app.client.isIdle && !app.state.moving && !app.state.busy.count && globalThis.heard;
  while (!isSettled()) await new Promise((go) => setTimeout(go, 5));
  const channels = globalThis.heard.map((samples) => {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    return btoa(bytes.reduce((all, byte) => all + String.fromCharCode(byte), ""));
  });
  globalThis.heard = null;
  return { channels, wish: app.project.recipe.wish };
});

try {
  await page.evaluate(([name, text]) => {
    globalThis.heard = null;
    const { output } = globalThis.ndm.app;
    const play = output.play.bind(output);
    output.play = (channels, ...rest) => {
      globalThis.heard = channels;
      return play(channels, ...rest);
    };
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
    const init = { dataTransfer, bubbles: true, cancelable: true };
    const target = document.querySelector("#pad-3 .name");
    for (const type of ["dragenter", "drop"]) target.dispatchEvent(new DragEvent(type, init));
  }, [basename(file), readFileSync(file).toString("base64")]);
  const atRest = await played();
  await page.focus("#value-decay");
  await page.keyboard.press("Enter");
  await page.keyboard.type(seconds);
  await page.keyboard.press("Enter");
  const bent = await played();
  process.stdout.write(JSON.stringify({ atRest, bent, errors }));
} finally {
  await browser.close();
}
