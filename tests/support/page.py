"""What tests do with the page, and the sounds that it should have."""

import base64
import io
import json

from neural_drum_machine.signal.pcm import to_pcm

DROP = """([files, selector]) => {
  const dataTransfer = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    dataTransfer.items.add(new File([bytes], name));
  }
  const fire = (name) => document.querySelector(selector).dispatchEvent(
    new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
  fire("dragenter");
  const isShown = !document.getElementById("drop").hidden;
  fire("drop");
  return isShown;
}"""


def until(page, condition):
    """Wait until a JavaScript expression is true."""
    page.evaluate(f"probe.until(() => {condition})")


def settled(page):
    """Wait until every request is answered."""
    page.evaluate("probe.settled()")


def center(page, selector, x=0.5, y=0.5):
    """A point of an element, 0 to 1 of its size, on the screen, once the state is drawn."""
    page.evaluate("probe.drawn()")
    box = page.locator(selector).bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def press_at(page, selector, x=0.5, y=0.5):
    page.mouse.click(*center(page, selector, x, y))
    settled(page)


def drag(page, start, *points):
    page.mouse.move(*start)
    page.mouse.down()
    for point in points:
        page.mouse.move(*point)
    page.mouse.up()


def choose(page, category):
    """Choose another kind of drum for the selected pad."""
    page.locator("#category").click()
    name = category.replace("_", " ").replace("hihat", "hi-hat")
    page.locator("#category-menu").get_by_role("menuitem", name=name, exact=True).click()
    until(page, f"ndm.app.project.recipe?.category === '{category}'")
    settled(page)


def draw(page, category):
    """Draw a random sound of a category."""
    page.evaluate(
        """(category) => {
          probe.isDrawn = false;
          const done = () => (probe.isDrawn = true);
          ndm.app.request("random", { category }, { play: false }).then(done);
        }""",
        category,
    )
    until(page, "probe.isDrawn")


def keep(page, n, category=None):
    """Have a sound on a drum pad, counted from 0: a drawn one, or a copy of the selected one."""
    if category:
        page.evaluate(f"ndm.app.drumPads.select({n})")
        draw(page, category)
    page.evaluate(f"ndm.app.drumPads.keep({n})")


def act(page, menu, item):
    """Choose an item of a menu of commands."""
    page.locator(f"#{menu}").click()
    page.get_by_role("menuitem", name=item).click()


def sheet(page, name):
    """Open one of the sheets of the drum's controls."""
    page.get_by_role("tab", name=name).click()


def export(page, selector):
    """Save something from the export dialog; return the name and the path of the file."""
    page.locator("#export").click()
    saved = download(page, selector)
    page.keyboard.press("Escape")
    return saved


def download(page, selector):
    """Click a button; return the name and the path of the file that it saves."""
    with page.expect_download() as waiting:
        page.locator(selector).click()
    return waiting.value.suggested_filename, waiting.value.path()


def drop(page, selector="header", **files):
    """Drop WAV files; return whether the page showed where they can be dropped."""
    packed = [[f"{name}.wav", base64.b64encode(data).decode()] for name, data in files.items()]
    return page.evaluate(DROP, [packed, selector])


def open_project(page, data, chooser="#project-file"):
    """Choose a project file: bytes, or a value for its JSON."""
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    file = {"name": "p.zip" if data[:2] == b"PK" else "p.json", "mimeType": "", "buffer": data}
    page.locator(chooser).set_input_files(file)


def hush(page):
    """End the message that is shown, and forget the others."""
    page.evaluate("ndm.app.store.dispatch({ type: 'notice-ended' }); probe.notices.length = 0")


def message(page):
    """Wait for a message that is no error and that was not read before, and return it."""
    return page.evaluate("probe.told(false)")


def error(page):
    """Wait for an error message that was not read before, and return it."""
    return page.evaluate("probe.told(true)")


def text(samples):
    """16-bit samples as the probe has them."""
    return base64.b64encode(samples.astype("<i2").tobytes()).decode()


def pcm(sound):
    """A sound of the machine as 16-bit samples, as the probe has them."""
    return text(to_pcm(sound.samples))


def recalled(machine, comment):
    """The sound that a file's comment recalls, before its trim."""
    again = machine.with_inverter(comment["inverter"])
    blend = {key: comment[key] for key in ("to", "t") if comment.get("to")}
    exemplars = pairs(comment.get("exemplars", []))
    return again.render_code(
        comment["category"], comment["code"], take=comment["take"], exemplars=exemplars,
        wish=comment.get("wish"), velocity=comment.get("velocity", 127),
        engine=comment.get("engine", "reference"), **blend,
    )  # fmt: skip


def pairs(exemplars):
    """Exemplars as the machine takes them: of a comment, or of a recipe of the page."""
    if exemplars and not isinstance(exemplars[0], list):
        exemplars = list(zip(exemplars[::2], exemplars[1::2], strict=True))
    return [(int(number), share) for number, share in exemplars]


def wav(data):
    """The samples and the comment of a WAV file."""
    import soundfile

    with soundfile.SoundFile(io.BytesIO(data)) as file:
        comment = json.loads(file.comment)
        return file.read(dtype="int16"), comment


class Layout:
    """A keyboard with another layout than the US one. Keys are pressed by their place."""

    CONTROL, SHIFT = 2, 8

    def __init__(self, page, letters):
        self._tools = page.context.new_cdp_session(page)
        self._letters = letters

    def press(self, code, modifiers=0):
        letter = self._letters[code]
        key = letter.upper() if modifiers & self.SHIFT else letter
        event = {"key": key, "code": code, "modifiers": modifiers}
        if not modifiers & self.CONTROL:
            event["text"] = key
        self._tools.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
        self._tools.send("Input.dispatchKeyEvent", {**event, "type": "keyUp", "text": ""})
