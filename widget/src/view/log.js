/** The conversation as one reads it: the welcome, then turn after turn. */

import { button, h } from '../dom.js';
import { TurnView } from './turn.js';

/** The scrolling part of the panel. */
export class Log {
  #settings;
  #deeds;
  #welcome;
  #list = h('div', { class: 'turns' });
  /** @type {Map<string, TurnView>} */
  #views = new Map();

  /**
   * @param {import('../types.js').Settings} settings
   * @param {import('./turn.js').Deeds} deeds
   */
  constructor(settings, deeds) {
    this.#settings = settings;
    this.#deeds = deeds;
    this.#welcome = this.#greet();
    const name = settings.texts.conversation;
    this.element = h('div', { 'class': 'log', 'role': 'region', 'tabindex': '0', 'aria-label': name }, this.#welcome, this.#list);
  }

  /**
   * Show the conversation as it is now.
   *
   * @param {readonly import('../types.js').Turn[]} turns
   */
  show(turns) {
    this.#welcome.hidden = turns.length > 0;
    const ids = new Set(turns.map(({ id }) => id));
    for (const [id, view] of this.#views) {
      if (ids.has(id)) continue;
      view.element.remove();
      this.#views.delete(id);
    }
    turns.forEach((turn, index) => {
      let view = this.#views.get(turn.id);
      if (!view) {
        view = new TurnView(turn, this.#settings, this.#deeds);
        this.#views.set(turn.id, view);
      }
      // Another tab may have asked in between.
      if (this.#list.children[index] !== view.element) this.#list.insertBefore(view.element, this.#list.children[index] ?? null);
      view.show(turn, index === turns.length - 1);
    });
  }

  /**
   * Bring a turn to the top, so that its answer is read from the beginning.
   *
   * @param {import('../types.js').Turn | undefined} turn
   * @param {ScrollBehavior} [behavior]
   */
  reveal(turn, behavior = 'auto') {
    const view = turn && this.#views.get(turn.id);
    if (!view) return;
    const scroller = this.#scroller();
    const top = scroller.getBoundingClientRect().top;
    // A very long question must not keep its answer out of sight.
    const answer = view.answer.getBoundingClientRect().top - scroller.clientHeight / 3;
    const target = Math.max(view.element.getBoundingClientRect().top - 12, view.answer.childElementCount ? answer : -Infinity);
    scroller.scrollBy({ top: target - top, behavior });
  }

  /** @param {import('../types.js').Turn} turn */
  focus(turn) {
    this.#views.get(turn.id)?.element.focus({ preventScroll: true });
  }

  /** Where hardly any room is left, as at 400 % zoom, the whole panel scrolls. */
  #scroller() {
    const scrolls = getComputedStyle(this.element).overflowY !== 'visible';
    return scrolls ? this.element : /** @type {HTMLElement} */ (this.element.closest('dialog'));
  }

  #greet() {
    const { texts, questions, privacy } = this.#settings;
    const starters = questions.map((text) => {
      return h('li', {}, button({ class: 'starter', dir: 'auto', lang: 'en' }, () => this.#deeds.ask(text), text));
    });
    const welcome = h('div', { class: 'welcome' }, h('h3', {}, texts.welcome), h('p', {}, texts.welcomeText));
    if (texts.language) welcome.append(h('p', { class: 'note' }, texts.language));
    if (starters.length) welcome.append(h('ul', { 'class': 'starters', 'aria-label': texts.starters }, ...starters));
    if (privacy) {
      welcome.append(h('p', {}, h('a', { href: privacy, target: '_blank', rel: 'noopener' }, texts.privacy)));
    }
    return welcome;
  }
}
