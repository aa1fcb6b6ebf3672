/** One question and what came of it. */

import { button, fill, h } from '../dom.js';
import { feedback } from './feedback.js';
import { withLinks } from './links.js';
import { card } from './reply.js';

/**
 * @typedef {import('../types.js').Turn} Turn
 * @typedef {object} Deeds what can be done from within a turn
 * @property {(text: string) => void} ask
 * @property {(turn: Turn) => void} again
 * @property {(answer: import('../types.js').Answer, helpful: boolean, reason: string) => Promise<void>} rate
 * @property {(text: string) => void} say
 */

/** The element of a turn, brought up to date as the turn goes on. */
export class TurnView {
  #settings;
  #deeds;
  #answers = h('div', { class: 'answers' });
  #state = h('div', { class: 'state' });
  #suggestions = h('ul', { class: 'suggestions' });
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  #shown = '';

  /**
   * @param {Turn} turn
   * @param {import('../types.js').Settings} settings
   * @param {Deeds} deeds
   */
  constructor(turn, settings, deeds) {
    this.#settings = settings;
    this.#deeds = deeds;
    this.#suggestions.setAttribute('aria-label', settings.texts.suggestions);
    const asked = h('div', { class: 'asked' }, h('h3', { class: 'unseen' }, settings.texts.asked), h('p', { dir: 'auto' }, turn.text));
    this.element = h('div', { class: 'turn', tabindex: '-1' }, asked, this.#answers, this.#state, this.#suggestions);
  }

  /** Where the answer begins. */
  get answer() {
    return this.#answers;
  }

  /**
   * @param {Turn} turn
   * @param {boolean} last suggestions of older answers would be about something else now
   */
  show(turn, last) {
    const ended = turn.state === 'done';
    this.#showAnswers(turn, ended);
    const failed = turn.state === 'failed';
    const shown = JSON.stringify([ended, failed, turn.trouble, turn.again, last, turn.answers.length]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focus = /** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement ?? null;
    const loses = this.#state.contains(focus) || this.#suggestions.contains(focus);
    this.#state.replaceChildren(...this.#describeState(turn));
    const titles = new Set(turn.answers.flatMap(({ reply }) => reply.buttons.map(({ title }) => title)));
    const buttons = ended && last ? [...titles].map((title) => this.#suggestion(title)) : [];
    this.#suggestions.replaceChildren(...buttons);
    this.#suggestions.hidden = !buttons.length;
    // A button that goes away under the finger must not take the keyboard's place with it.
    if (focus && loses) this.element.focus({ preventScroll: true });
  }

  /**
   * @param {Turn} turn
   * @param {boolean} ended
   */
  #showAnswers(turn, ended) {
    const ids = new Set(turn.answers.map(({ id }) => id));
    for (const [id, element] of this.#cards) {
      if (ids.has(id)) continue;
      element.remove();
      this.#cards.delete(id);
    }
    for (const answer of turn.answers) {
      let element = this.#cards.get(answer.id);
      if (!element) {
        element = h('div', { class: 'answer' }, card(answer.reply, this.#settings));
        this.#cards.set(answer.id, element);
        this.#answers.append(element);
      }
      if (!ended || element.querySelector('.feedback')) continue;
      const rate = (/** @type {boolean} */ helpful, /** @type {string} */ reason) => this.#deeds.rate(answer, helpful, reason);
      const thumbs = feedback(answer, this.#settings, rate, this.#deeds.say);
      if (thumbs) element.append(thumbs);
    }
  }

  /** @param {string} title */
  #suggestion(title) {
    return h('li', {}, button({ class: 'chip', dir: 'auto', lang: 'en' }, () => this.#deeds.ask(title), title));
  }

  /** @param {Turn} turn */
  #describeState(turn) {
    const { texts } = this.#settings;
    if (turn.state === 'done') return [];
    if (!turn.trouble) {
      const dots = h('span', { 'class': 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
      return [h('p', { class: 'typing' }, dots, texts.working)];
    }
    const { key, message } = turn.trouble;
    const lines = (message ?? texts[key ?? 'unreachable']).split(/\n+/).map((line) => h('p', {}, ...withLinks(line)));
    const box = h('div', { class: 'trouble' }, ...lines);
    // The server's own words may name a number already.
    if (!box.querySelector('.tel')) box.append(h('p', {}, ...emergencyLine(this.#settings)));
    const again = turn.state === 'failed' ? turn.again : key !== 'offline';
    if (again) box.append(button({ class: 'chip' }, () => this.#deeds.again(turn), texts.again));
    return [box];
  }
}

/**
 * Whom to call; every failure carries it.
 *
 * @param {import('../types.js').Settings} settings
 */
export function emergencyLine({ texts, emergency }) {
  const line = fill(texts.emergency, { numbers: emergency });
  // What the clinic set is a number to call, in whatever language the sentence around it is.
  const [before = '', after = ''] = line.split(emergency);
  const numbers = emergency.split(/(\+?\d[\d -]*\d)/).map((part) => {
    return /\d/.test(part) ? h('a', { class: 'tel', href: `tel:${part.replace(/[^+\d]/g, '')}` }, part) : part;
  });
  return [before, ...numbers, after];
}
