/** Elements without markup: nothing that is said in the chat can become anything but text. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Make an element. Texts go in as text nodes.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * @param {Record<string, string>} attributes
 * @param {() => unknown} act
 * @param {(Node | string)[]} children
 */
export function button(attributes, act, ...children) {
  const element = h('button', { type: 'button', ...attributes }, ...children);
  element.addEventListener('click', act);
  return element;
}

/** @param {string} text what only a screen reader reads */
export function unseen(text) {
  return h('span', { class: 'unseen' }, text);
}

/**
 * A line drawing in a field of 24 by 24.
 *
 * @param {string} path
 */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  const shape = document.createElementNS(SVG, 'path');
  for (const [key, value] of [['viewBox', '0 0 24 24'], ['aria-hidden', 'true'], ['class', 'icon']]) {
    svg.setAttribute(/** @type {string} */ (key), /** @type {string} */ (value));
  }
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/**
 * The address that a text stands for, or null if it is none.
 *
 * @param {string} text
 * @param {string | URL} base
 */
export function address(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/**
 * Put values into a text: "{count} sources".
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all));
}
