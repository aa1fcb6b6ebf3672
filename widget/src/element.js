/** The custom element: a launcher, and the panel that it opens. */

import { Chat } from './chat.js';
import { button, h, icon } from './dom.js';
import { readSettings } from './settings.js';
import { styleSheet } from './style/index.js';
import { Announcer } from './view/announcer.js';
import { Panel } from './view/panel.js';

const BUBBLE = 'M12 4c4.700 0 8.500 3.100 8.500 7s-3.800 7-8.500 7c-1 0-2-.1-2.900-.4L4.500 20l1.200-3.900C4.300 14.800 3.500 13 3.500 11c0-3.900 3.800-7 8.500-7zM8.500 11h.01M12 11h.01M15.500 11h.01';
/** A link or button of the page that opens the chat, or asks; without JavaScript, a link leads to the plain form. */
const OPENERS = '[data-acumen-open]';

/** `<acumen-chat>`: everything of the chat, apart from the page around it. */
export class AcumenChat extends HTMLElement {
  /** Where the channel answers: the script sets it to where it came from. */
  static base = new URL(document.baseURI);

  /** @type {Chat | null} */
  #chat = null;
  /** @type {Panel | null} */
  #panel = null;
  /** @type {HTMLButtonElement | null} */
  #launcher = null;
  /** @type {HTMLElement | null} What had the focus when the panel opened. */
  #opener = null;
  #unread = h('span', { class: 'unread', hidden: '' });

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [styleSheet(this.dataset.theme)];
    const settings = readSettings(this.dataset, AcumenChat.base);
    const { texts, lang } = settings;
    const chat = new Chat(settings.base);
    const announcer = new Announcer();
    const panel = new Panel(chat, settings, announcer, () => this.hide());
    this.#unread.textContent = texts.unread;
    const launcher = button({ 'class': 'launcher', 'aria-haspopup': 'dialog' }, () => this.show(), icon(BUBBLE), h('span', {}, texts.open), ' ', this.#unread);
    chat.addEventListener('answer', () => (this.#unread.hidden = panel.isOpen));
    root.replaceChildren(h('div', { class: 'all', lang }, launcher, panel.element, ...announcer.elements));
    this.#chat = chat;
    this.#panel = panel;
    this.#launcher = launcher;
    document.addEventListener('click', this.#opened);
    // Beside the page the panel stays as the patient left it; over the page it would be in the way of the next one.
    if (chat.look.includes('open') && !panel.isSmall) this.#open(false);
  }

  disconnectedCallback() {
    document.removeEventListener('click', this.#opened);
    this.#chat?.leave();
    this.#chat?.close();
  }

  /** Open the panel. */
  show() {
    this.#opener = deepest(document.activeElement);
    this.#open(true);
  }

  /** Close the panel; the conversation stays. */
  hide() {
    if (!this.#panel?.isOpen || !this.#launcher || !this.#chat) return;
    this.#panel.close();
    this.#launcher.hidden = false;
    this.#chat.look = 'closed';
    const opener = this.#opener?.isConnected && this.#opener !== document.body ? this.#opener : this.#launcher;
    opener.focus({ preventScroll: true });
  }

  /** @param {boolean} focus */
  #open(focus) {
    if (!this.#panel || !this.#launcher || !this.#chat) return;
    this.#unread.hidden = true;
    this.#launcher.hidden = true;
    this.#chat.look = 'open';
    this.#panel.open(focus);
  }

  /** @param {MouseEvent} event */
  #opened = (event) => {
    const opener = event.target instanceof Element ? event.target.closest(OPENERS) : null;
    // Who wants the link in a tab of its own gets it.
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.show();
    const question = opener.getAttribute('data-acumen-open');
    if (question) this.#panel?.ask(question);
  };
}

/**
 * The element that has the focus, within whatever shadow.
 *
 * @param {Element | null} element
 * @returns {HTMLElement | null}
 */
function deepest(element) {
  const inner = element?.shadowRoot?.activeElement;
  if (inner) return deepest(inner);
  return element instanceof HTMLElement ? element : null;
}
