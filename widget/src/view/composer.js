/** Where the patient types. */

import { h, icon } from '../dom.js';
import { emergencyLine } from './turn.js';

const SEND = 'M5 12h14M13 6l6 6-6 6';

/** The field, its button, and the line below that is always in sight. */
export class Composer {
  #field = h('textarea', { id: 'question', rows: '1', dir: 'auto', autocomplete: 'off', enterkeyhint: 'send' });
  #hint;
  #settings;
  #say;

  /**
   * @param {import('../types.js').Settings} settings
   * @param {(text: string) => void} ask
   * @param {(text: string) => void} say
   */
  constructor(settings, ask, say) {
    this.#settings = settings;
    this.#say = say;
    const { texts } = settings;
    this.#hint = h('span', { id: 'hint' }, texts.hint);
    this.#field.setAttribute('aria-describedby', 'hint');
    const send = h('button', { 'type': 'submit', 'class': 'send', 'title': texts.send, 'aria-label': texts.send }, icon(SEND));
    const above = h('p', { class: 'above' }, h('label', { for: 'question' }, texts.question), ' ', this.#hint);
    const terms = h('p', { class: 'terms' }, texts.terms, ' ', h('span', {}, ...emergencyLine(settings)));
    this.element = h('form', { class: 'composer', novalidate: '' }, above, h('div', { class: 'field' }, this.#field, send), terms);
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(ask);
    });
    this.#field.addEventListener('keydown', (event) => {
      // While a word is being composed, Enter only ends the word.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit(ask);
    });
    this.#field.addEventListener('input', () => {
      this.#describe(texts.hint, false);
      this.#fit();
    });
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  /**
   * Give a question back to be changed, unless another is being written.
   *
   * @param {string} text
   */
  giveBack(text) {
    if (this.#field.value) return;
    this.#field.value = text;
    this.#fit();
  }

  /** @param {(text: string) => void} ask */
  #submit(ask) {
    const text = this.#field.value.trim();
    const { texts } = this.#settings;
    if (!text) {
      this.#describe(texts.empty, true);
      this.#say(texts.empty);
      this.focus();
      return;
    }
    this.#field.value = '';
    this.#fit();
    ask(text);
  }

  /**
   * @param {string} hint
   * @param {boolean} wrong
   */
  #describe(hint, wrong) {
    this.#hint.textContent = hint;
    this.#field.setAttribute('aria-invalid', String(wrong));
  }

  /** Let the field grow with its text. */
  #fit() {
    this.#field.style.height = 'auto';
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}
