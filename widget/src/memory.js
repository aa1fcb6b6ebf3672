/**
 * Where a conversation is kept: in the tab's session storage, and, while several tabs are open, in each of them.
 * Nothing is written to disk for longer than the tab lives, and when the last tab is closed nothing is left.
 *
 * @typedef {import('./types.js').Conversation} Conversation
 * @typedef {{kind: 'hello'} | {kind: 'kept', conversation: Conversation} | {kind: 'ended', id: string} |
 *   {kind: 'leaving', id: string}} Word
 */

const KEY = 'acumen.chat';
/** As long as the server's token is good. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** The tab's memory, which other tabs of the same site share. */
export class Memory {
  /** @type {BroadcastChannel | null} */
  #tabs = null;
  #key;

  /**
   * @param {string} server two servers on one site do not mix
   * @param {(word: Word) => void} onWord what another tab says
   */
  constructor(server, onWord) {
    this.#key = `${KEY} ${server}`;
    if (typeof BroadcastChannel !== 'function') return;
    this.#tabs = new BroadcastChannel(this.#key);
    this.#tabs.addEventListener('message', (event) => onWord(event.data));
  }

  /** @returns {Conversation | null} what this tab remembers; after a day, nothing */
  recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null');
      const said = Date.parse(kept?.turns.at(-1)?.at ?? '');
      return Date.now() - said < KEPT_MS ? kept : null;
    } catch {
      // Storage is turned off: the page remembers as long as it is open.
      return null;
    }
  }

  /** @param {Conversation} conversation */
  keep(conversation) {
    this.#write(this.#key, JSON.stringify(conversation));
  }

  /** @param {Word} word */
  tell(word) {
    this.#tabs?.postMessage(word);
  }

  /** Whether the panel was open, and how large: a page that loads shows it as it was. */
  get look() {
    try {
      return sessionStorage.getItem(`${this.#key} look`) ?? '';
    } catch {
      return '';
    }
  }

  set look(value) {
    this.#write(`${this.#key} look`, value);
  }

  /** Leave the other tabs. */
  close() {
    this.#tabs?.close();
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  #write(key, value) {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // Turned off or full: the page remembers as long as it is open.
    }
  }
}
