/** The website channel, as its contract (docs/website.md) describes it. */

import { events } from './stream.js';

// The server sends something every 15 seconds: after this long the connection is dead.
const SILENCE_MS = 40_000;

/** The server answered, and declined. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} sentence for the patient
   * @param {number} seconds when to try again, 0 if the server does not say
   * @param {string} code of a turn without an answer
   */
  constructor(status, sentence, seconds = 0, code = '') {
    super(sentence);
    this.status = status;
    this.seconds = seconds;
    this.code = code;
  }
}

/** No answer, or one that broke off. */
export class Unreachable extends Error {}

/** This server is about to end; the answer can be had from the next one. */
export class Leaving extends Unreachable {}

/** One server, for any number of conversations. */
export class Server {
  /** @param {URL} base */
  constructor(base) {
    this.base = base;
  }

  /**
   * Begin a session.
   *
   * @returns {Promise<string>} its token
   * @throws {Refused | Unreachable}
   */
  async open() {
    const answer = await this.#call('POST', 'session', null, undefined, AbortSignal.timeout(SILENCE_MS));
    const values = await answer.json().catch(() => null);
    if (typeof values?.token !== 'string') throw new Unreachable();
    return values.token;
  }

  /**
   * Send a message, and pass on what comes back. The same id again continues where the connection broke.
   *
   * @param {string} token
   * @param {import('./types.js').Turn} turn
   * @param {AbortSignal} cancelled
   * @param {(answer: import('./types.js').Answer) => void} onAnswer
   * @throws {Refused | Unreachable}
   */
  async ask(token, { message, text }, cancelled, onAnswer) {
    const silence = new AbortController();
    const stop = () => silence.abort();
    cancelled.addEventListener('abort', stop);
    let timer = setTimeout(stop, SILENCE_MS);
    try {
      const answer = await this.#call('POST', 'messages', token, { client_message_id: message, text }, silence.signal);
      if (!answer.body) throw new Unreachable();
      const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(stop, SILENCE_MS);
      };
      for await (const { name, data } of events(answer.body, heard)) {
        if (name === 'reconnect') throw new Leaving();
        if (data.client_message_id !== message) continue;
        if (name === 'reply') onAnswer({ id: data.reply_id, reply: data.reply });
        if (name === 'error') throw new Refused(200, data.message, 0, data.code);
        if (name === 'done') return;
      }
      throw new Unreachable();
    } catch (error) {
      throw error instanceof Refused || error instanceof Leaving ? error : new Unreachable();
    } finally {
      clearTimeout(timer);
      cancelled.removeEventListener('abort', stop);
    }
  }

  /**
   * Say what the patient thought of an answer.
   *
   * @param {string} token
   * @param {string} reply
   * @param {boolean} helpful
   * @param {string} reason
   * @throws {Refused | Unreachable}
   */
  async rate(token, reply, helpful, reason) {
    const body = { reply_id: reply, helpful, ...(reason ? { reason } : {}) };
    await this.#call('POST', 'feedback', token, body, AbortSignal.timeout(SILENCE_MS));
  }

  /**
   * Delete the conversation on the server.
   *
   * @param {string} token
   * @throws {Refused | Unreachable}
   */
  async remove(token) {
    await this.#call('DELETE', 'session', token, undefined, AbortSignal.timeout(SILENCE_MS));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string | null} token
   * @param {object | undefined} body
   * @param {AbortSignal} signal
   */
  async #call(method, path, token, body, signal) {
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(new URL(path, this.base), {
        method,
        headers: {
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
          ...(body ? { 'Content-Type': 'application/json' } : {}),
        },
        body: body ? JSON.stringify(body) : null,
        cache: 'no-store',
        credentials: 'omit',
        signal,
      });
    } catch {
      throw new Unreachable();
    }
    if (answer.ok) return answer;
    const values = await answer.json().catch(() => null);
    throw new Refused(answer.status, values?.error?.message ?? '', Number(answer.headers.get('Retry-After')) || 0);
  }
}
