/** The panel: beside the page on a large screen, in its place on a small one. */

import { print, save, transcript } from '../transcript.js';
import { h } from '../dom.js';
import { spoken } from './announcer.js';
import { Composer } from './composer.js';
import { confirmRemoval } from './confirm.js';
import { Header } from './header.js';
import { Log } from './log.js';

/** As in the style sheet. */
const SMALL = '(max-width: 30em), (max-height: 30em)';
/** On a touch screen the keyboard would rise and cover the answer; with hardly any room the field is out of sight. */
const FIELD_IN_SIGHT = '(hover: hover) and (min-height: 26em)';
const STILL_AFTER_MS = 5000;

/** The chat as a dialog. */
export class Panel {
  #chat;
  #settings;
  #announcer;
  #header;
  #log;
  #composer;
  #notice = h('p', { class: 'notice', hidden: '' });
  #small = matchMedia(SMALL);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #still;
  element = h('dialog', { 'class': 'panel', 'tabindex': '-1', 'aria-labelledby': 'title' });

  /**
   * @param {import('../chat.js').Chat} chat
   * @param {import('../types.js').Settings} settings
   * @param {import('./announcer.js').Announcer} announcer
   * @param {() => void} onClose
   */
  constructor(chat, settings, announcer, onClose) {
    this.#chat = chat;
    this.#settings = settings;
    this.#announcer = announcer;
    const say = (/** @type {string} */ text) => announcer.say(text);
    const ask = (/** @type {string} */ text) => this.ask(text);
    this.#log = new Log(settings, {
      ask,
      say,
      again: (turn) => this.#again(turn),
      rate: (answer, helpful, reason) => chat.rate(answer, helpful, reason),
    });
    this.#composer = new Composer(settings, ask, say);
    this.#header = new Header(settings, {
      close: onClose,
      resize: () => this.element.classList.toggle('large'),
      startOver: () => this.#startOver(),
      print: () => print(/** @type {ShadowRoot} */ (this.element.getRootNode()), this.#transcript()),
      save: () => save(this.#transcript(), new Date().toISOString().slice(0, 10)),
      remove: () => this.#remove(),
    });
    this.element.append(this.#header.element, this.#notice, this.#log.element, this.#composer.element);
    this.element.addEventListener('keydown', (event) => this.#escape(event, onClose));
    this.element.addEventListener('cancel', (event) => event.preventDefault());
    // A phone that is turned, or a window made small.
    this.#small.addEventListener('change', () => this.isOpen && this.#show());
    chat.addEventListener('change', () => this.#update());
    chat.addEventListener('answer', (event) => this.#answered(/** @type {CustomEvent} */ (event).detail));
    this.#update();
  }

  get isOpen() {
    return this.element.open;
  }

  /** Whether the panel covers the page. */
  get isSmall() {
    return this.#small.matches;
  }

  /** @param {boolean} focus whether the patient asked for it */
  open(focus) {
    this.#show();
    this.#log.reveal(this.#chat.turns.at(-1), 'instant');
    if (focus) this.#focusField(() => this.element.focus({ preventScroll: true }));
  }

  close() {
    this.element.close();
    this.element.after(...this.#announcer.elements);
  }

  /** @param {string} text */
  ask(text) {
    this.#notice.hidden = true;
    const turn = this.#chat.ask(text);
    this.#log.reveal(turn);
    this.#focusField(() => this.#log.focus(turn));
    clearTimeout(this.#still);
    if (turn.state === 'waiting') this.#wait(turn);
  }

  /** A modal dialog keeps the page behind it out of reach; one beside the page does not. */
  #show() {
    if (this.element.open) this.element.close();
    if (this.isSmall) this.element.showModal();
    // Not `show()`, which would take the focus even when a page just loads.
    else this.element.open = true;
    // Beside a modal dialog they would be silent, as all of the page is.
    this.element.append(...this.#announcer.elements);
  }

  /** @param {import('../types.js').Turn} turn */
  #again(turn) {
    if (turn.state === 'failed') this.#chat.again(turn);
    else this.#chat.resume();
    this.#focusField(() => this.#log.focus(turn));
  }

  /** @param {import('../types.js').Turn} turn */
  #wait(turn) {
    const { texts } = this.#settings;
    if (!navigator.onLine) {
      this.#announcer.say(texts.offline);
      return;
    }
    const say = () => this.#announcer.say(turn.trouble?.message ?? texts[turn.trouble?.key ?? 'still']);
    this.#still = setTimeout(say, STILL_AFTER_MS);
  }

  /** @param {import('../types.js').Turn} turn */
  #answered(turn) {
    clearTimeout(this.#still);
    if (this.isOpen) this.#log.reveal(turn);
    if (turn.state === 'failed') {
      if (turn.again === false) this.#composer.giveBack(turn.text);
      const { texts } = this.#settings;
      this.#announcer.say(turn.trouble?.message ?? texts[turn.trouble?.key ?? 'unreachable']);
      return;
    }
    const { text, urgent } = spoken(turn.answers, this.#settings);
    this.#announcer.say(this.isOpen ? text : this.#settings.texts.arrived, urgent);
  }

  #update() {
    this.#log.show(this.#chat.turns);
    this.#header.show(this.#chat.turns.length > 0);
  }

  #startOver() {
    this.#chat.startOver();
    this.#composer.focus();
  }

  async #remove() {
    if (!(await confirmRemoval(this.element, this.#settings))) return;
    const { texts } = this.#settings;
    try {
      await this.#chat.remove();
      this.#note(texts.removed);
      this.#composer.focus();
    } catch {
      this.#note(texts.removeFailed);
    }
  }

  /** @param {string} text what is to be known, until the next question */
  #note(text) {
    this.#notice.textContent = text;
    this.#notice.hidden = false;
    this.#announcer.say(text);
  }

  #transcript() {
    return transcript(this.#chat.turns, this.#settings);
  }

  /**
   * Keep the keyboard's place when a pressed button goes away.
   *
   * @param {() => void} otherwise
   */
  #focusField(otherwise) {
    if (matchMedia(FIELD_IN_SIGHT).matches) this.#composer.focus();
    else otherwise();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {() => void} onClose
   */
  #escape(event, onClose) {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    if (this.#header.isOpen) this.#header.closeMenu();
    else onClose();
  }
}
