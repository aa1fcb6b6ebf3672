/**
 * The conversation: what was asked, what came of it, and getting every question to the server exactly once.
 *
 * A question keeps its id until the server has ended its turn. Whatever breaks in between, a lost connection, a reload, a server
 * that restarts, it is sent again under the same id: the server never runs a turn twice, it repeats what it said.
 *
 * @typedef {import('./types.js').Turn} Turn
 * @typedef {import('./types.js').Conversation} Conversation
 */

import { Memory } from './memory.js';
import { canBeAskedAgain, said, waitAfter } from './retry.js';
import { Leaving, Refused, Server, Unreachable } from './server.js';
import { fresh, isPending, merged, randomId } from './turns.js';

const MOST_BYTES = 60_000;

/** A conversation, kept over reloads and shared with other tabs. Fires `change` and, at the end of a turn, `answer`. */
export class Chat extends EventTarget {
  #server;
  #memory;
  /** @type {Conversation} */
  #conversation;
  #pumping = false;
  /** Ends what is under way when the conversation does. */
  #scope = new AbortController();
  /** @type {(() => void) | null} */
  #wake = null;
  /** @type {Turn | null} The turn that this tab sends. */
  #running = null;

  /** @param {URL} base */
  constructor(base) {
    super();
    this.#server = new Server(base);
    this.#memory = new Memory(base.href, (word) => this.#heard(word));
    this.#conversation = this.#memory.recall() ?? fresh();
    if (!this.turns.length) this.#memory.tell({ kind: 'hello' });
    this.resume = this.resume.bind(this);
    this.leave = this.leave.bind(this);
    addEventListener('online', this.resume);
    addEventListener('pagehide', this.leave);
    void this.#pump();
  }

  /** @returns {readonly Turn[]} */
  get turns() {
    return this.#conversation.turns;
  }

  /** How the panel looked; kept with the conversation. */
  get look() {
    return this.#memory.look;
  }

  set look(value) {
    this.#memory.look = value;
  }

  /**
   * Ask, at once or as soon as it is possible.
   *
   * @param {string} text
   */
  ask(text) {
    /** @type {Turn} */
    const turn = { id: randomId(), message: randomId(), at: new Date().toISOString(), text, state: 'waiting', answers: [] };
    this.#conversation.turns.push(turn);
    if (new TextEncoder().encode(text).length > MOST_BYTES) {
      Object.assign(turn, { trouble: { key: 'tooLong' }, again: false });
      this.#finish(turn, 'failed');
    } else {
      this.#changed();
      void this.#pump();
    }
    return turn;
  }

  /**
   * Send a question again that was not answered.
   *
   * @param {Turn} turn
   */
  again(turn) {
    // The server would repeat how the turn ended: a new id is a new turn.
    Object.assign(turn, { message: randomId(), state: 'waiting', answers: [] });
    delete turn.trouble;
    this.#changed();
    void this.#pump();
  }

  /** Do not wait any longer: the connection is back, or the patient says so. */
  resume() {
    this.#wake?.();
    void this.#pump();
  }

  /** Begin a new conversation; the server forgets the old one by itself. */
  startOver() {
    const { id } = this.#conversation;
    this.#reset();
    this.#memory.tell({ kind: 'ended', id });
  }

  /**
   * Delete the conversation, on the server first.
   *
   * @throws {Refused | Unreachable} when it is still there
   */
  async remove() {
    try {
      if (this.#conversation.token) await this.#server.remove(this.#conversation.token);
    } catch (error) {
      // A session that the server no longer knows has nothing left to delete.
      if (!(error instanceof Refused && error.status === 401)) throw error;
    }
    this.startOver();
  }

  /**
   * @param {import('./types.js').Answer} answer
   * @param {boolean} helpful
   * @param {string} reason
   * @throws {Refused | Unreachable}
   */
  async rate(answer, helpful, reason) {
    if (!this.#conversation.token) throw new Unreachable();
    await this.#server.rate(this.#conversation.token, answer.id, helpful, reason);
    answer.helpful = helpful;
    this.#changed();
  }

  /** Leave the page; other tabs take over what is not answered yet. */
  leave() {
    if (this.turns.some(isPending)) this.#memory.tell({ kind: 'leaving', id: this.#conversation.id });
  }

  /** Stop, for good. */
  close() {
    this.#scope.abort();
    this.#memory.close();
    removeEventListener('online', this.resume);
    removeEventListener('pagehide', this.leave);
  }

  /** Send what waits, one question after the other. */
  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    const scope = this.#scope;
    for (let turn; !scope.signal.aborted && (turn = this.turns.find(isPending)); ) {
      this.#running = turn;
      await this.#run(turn, scope.signal);
    }
    if (scope !== this.#scope) return;
    this.#running = null;
    this.#pumping = false;
  }

  /**
   * @param {Turn} turn
   * @param {AbortSignal} ended
   */
  async #run(turn, ended) {
    let renewed = false;
    let resent = false;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#send(turn, ended);
        if (!ended.aborted) this.#finish(turn, 'done');
        return;
      } catch (error) {
        if (ended.aborted) return;
        if (error instanceof Refused && error.status === 401 && !renewed) {
          // The session has ended: a new one takes its place, and the question is asked there.
          this.#conversation.token = null;
          renewed = true;
          continue;
        }
        if (error instanceof Refused && error.code === 'interrupted' && !resent) {
          // The server broke off in the middle, and answers a new message.
          turn.message = randomId();
          resent = true;
          continue;
        }
        const wait = waitAfter(error, tries);
        if (wait === null) {
          turn.trouble = said(error) ?? { key: 'unreachable' };
          turn.again = !(error instanceof Refused) || canBeAskedAgain(error.status);
          this.#finish(turn, 'failed');
          return;
        }
        if (error instanceof Leaving) {
          await this.#pause(wait, ended);
          continue;
        }
        if (!navigator.onLine) tries = 0;
        turn.trouble = said(error) ?? { key: navigator.onLine ? 'retrying' : 'offline' };
        turn.state = 'waiting';
        this.#changed();
        await this.#pause(wait, ended);
      }
    }
  }

  /**
   * @param {Turn} turn
   * @param {AbortSignal} ended
   */
  async #send(turn, ended) {
    turn.state = 'working';
    this.#changed();
    if (!this.#conversation.token) {
      const token = await this.#server.open();
      if (ended.aborted) return;
      // Kept and told before it is used: a reload or another tab goes on in the same session,
      // where the server knows the question. In another one the bot would be asked twice.
      this.#conversation.token = token;
      this.#changed();
    }
    /** @type {import('./types.js').Answer[]} */
    const received = [];
    await this.#server.ask(this.#conversation.token, turn, ended, (answer) => {
      if (ended.aborted) return;
      received.push(answer);
      // All that was said is said again after a break: it takes the place of what had come before it.
      turn.answers = received.slice();
      delete turn.trouble;
      this.#changed();
    });
  }

  /**
   * @param {Turn} turn
   * @param {'done' | 'failed'} state
   */
  #finish(turn, state) {
    turn.state = state;
    if (state === 'done') delete turn.trouble;
    this.#changed();
    this.dispatchEvent(new CustomEvent('answer', { detail: turn }));
  }

  /**
   * @param {number} wait
   * @param {AbortSignal} ended
   */
  #pause(wait, ended) {
    return new Promise((/** @type {(value: void) => void} */ resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      ended.addEventListener('abort', this.#wake, { once: true });
    });
  }

  #changed() {
    this.#memory.keep(this.#conversation);
    this.#memory.tell({ kind: 'kept', conversation: this.#conversation });
    this.dispatchEvent(new Event('change'));
  }

  #reset() {
    this.#scope.abort();
    this.#scope = new AbortController();
    this.#pumping = false;
    this.#conversation = fresh();
    this.#memory.keep(this.#conversation);
    this.dispatchEvent(new Event('change'));
  }

  /** @param {import('./memory.js').Word} word */
  #heard(word) {
    const own = this.#conversation;
    if (word.kind === 'hello') {
      if (own.turns.length) this.#memory.tell({ kind: 'kept', conversation: own });
    } else if (word.kind === 'kept') {
      this.#merge(word.conversation);
    } else if (word.id === own.id) {
      if (word.kind === 'ended') this.#reset();
      else void this.#pump();
    }
  }

  /** @param {Conversation} theirs what another tab knows */
  #merge(theirs) {
    const own = this.#conversation;
    if (own.turns.length && own.id !== theirs.id) return;
    this.#conversation = merged(own, theirs, this.#running);
    this.#memory.keep(this.#conversation);
    this.dispatchEvent(new Event('change'));
  }
}
