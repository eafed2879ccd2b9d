/** Colours: every category has a hue. They are made in OKLCH, where equal steps look equal. */

/**
 * A category's hue in degrees.
 * @param {string} category
 * @param {string[]} categories all of them
 */
export function hueOf(category, categories) {
  const i = Math.max(0, categories.indexOf(category));
  return (28 + (i * 360) / Math.max(1, categories.length)) % 360;
}

/**
 * Convert OKLCH to 8-bit sRGB (Björn Ottosson's OKLab, 2020). Colours outside sRGB are clipped.
 * @param {number} l lightness, 0 to 1
 * @param {number} c chroma
 * @param {number} hue degrees
 * @returns {[number, number, number]}
 */
export function oklch(l, c, hue) {
  const a = c * Math.cos((hue * Math.PI) / 180);
  const b = c * Math.sin((hue * Math.PI) / 180);
  const [x, y, z] = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ].map((v) => v ** 3);
  const linear = [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
  return /** @type {[number, number, number]} */ (
    linear.map((v) => {
      const g = v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
      return Math.round(255 * Math.min(1, Math.max(0, g)));
    })
  );
}

/** Colours by theme and name: to ask the style sheet makes the browser compute styles in the midst of a drag. @type {Map<string, string>} */
const known = new Map();

/** A colour of the style sheet in the present theme. @param {string} name */
export function themed(name) {
  const key = `${document.documentElement.dataset.theme} ${name}`;
  const found = known.get(key) ?? getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  known.set(key, found);
  return found;
}

/** Whether the present theme is dark. */
export function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

/** A hue as a colour for lines and text on the page. @param {number} hue */
export function accent(hue, alpha = 1) {
  const [r, g, b] = isDark() ? oklch(0.8, 0.125, hue) : oklch(0.5, 0.125, hue);
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}
