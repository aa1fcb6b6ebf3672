/** The head of the panel: its name, and what can be done with the conversation. */

import { button, fill, h, icon, unseen } from '../dom.js';

const DOTS = 'M5 12h.01M12 12h.01M19 12h.01';
const CROSS = 'M6 6l12 12M18 6 6 18';
const LARGER = 'M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7';
const SMALLER = 'M20 10h-6V4M14 10l6.5-6.5M4 14h6v6M10 14l-6.500 6.500';

/**
 * @typedef {object} Deeds what the head can do
 * @property {() => void} close
 * @property {() => boolean} resize returns whether the panel is large now
 * @property {() => void} startOver
 * @property {() => void} print
 * @property {() => void} save
 * @property {() => void} remove
 */

/** Title, menu, size, close. */
export class Header {
  #menu;
  #entries;
  #resize;
  #texts;

  /**
   * @param {import('../types.js').Settings} settings
   * @param {Deeds} deeds
   */
  constructor({ texts, clinic }, deeds) {
    this.#texts = texts;
    this.#resize = round('resize', LARGER, texts.larger, () => this.showSize(deeds.resize()));
    const close = round('close', CROSS, texts.close, deeds.close);
    this.#menu = round('more', DOTS, texts.menu, () => this.#toggle(!this.isOpen));
    this.#menu.setAttribute('aria-expanded', 'false');
    this.#menu.setAttribute('aria-controls', 'menu');
    const entry = (/** @type {string} */ text, /** @type {() => void} */ act) => {
      const choose = () => {
        this.closeMenu();
        act();
      };
      return h('li', {}, button({}, choose, text));
    };
    this.#entries = h(
      'ul',
      { id: 'menu', class: 'menu', hidden: '' },
      entry(texts.startOver, deeds.startOver),
      entry(texts.print, deeds.print),
      entry(texts.save, deeds.save),
      entry(texts.remove, deeds.remove),
    );
    const title = h('h2', { id: 'title' }, clinic ? fill(texts.titleClinic, { clinic }) : texts.title);
    const actions = h('div', { class: 'actions' }, this.#menu, this.#entries, this.#resize, close);
    this.element = h('header', {}, title, actions);
    // A click or the focus elsewhere closes the menu, as one is used to.
    actions.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && actions.contains(relatedTarget))) this.#toggle(false);
    });
  }

  get isOpen() {
    return !this.#entries.hidden;
  }

  /** Close the menu and give the focus back to its button. */
  closeMenu() {
    this.#toggle(false);
    this.#menu.focus({ preventScroll: true });
  }

  /** @param {boolean} any whether there is a conversation to do something with */
  show(any) {
    this.#menu.hidden = !any;
  }

  /** @param {boolean} large */
  showSize(large) {
    const name = large ? this.#texts.smaller : this.#texts.larger;
    this.#resize.title = name;
    this.#resize.replaceChildren(icon(large ? SMALLER : LARGER), unseen(name));
  }

  /** @param {boolean} open */
  #toggle(open) {
    this.#entries.hidden = !open;
    this.#menu.setAttribute('aria-expanded', String(open));
    if (open) this.#entries.querySelector('button')?.focus({ preventScroll: true });
  }
}

/**
 * @param {string} kind
 * @param {string} path
 * @param {string} name
 * @param {() => unknown} act
 */
function round(kind, path, name, act) {
  return button({ class: `plain ${kind}`, title: name }, act, icon(path), unseen(name));
}
