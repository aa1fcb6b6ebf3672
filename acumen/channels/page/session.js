// @ts-check
/**
 * The server's side of the conversation: a signed session, and one answer a message.
 *
 * @typedef {{type: 'text', text: string}} TextBlock
 * @typedef {{type: 'citation', article: string, section: string, passage: string,
 *   heading: string, title: string, author: string | null}} CitationBlock
 * @typedef {{outcome: string, blocks: (TextBlock | CitationBlock)[], buttons: {title: string}[]}} Reply
 */

const BASE = '/webhooks/website';
const KEY = 'acumen.session';
const MAX_BYTES = 60_000;
// Longer than the server's own limit, so that its sentence comes first.
const TIMEOUT_MS = 45_000;

/** A message without an answer, with a sentence for the patient. */
export class Trouble extends Error {
  /**
   * @param {string} message
   * @param {boolean} again whether the same message may be answered if it is sent again
   */
  constructor(message, again) {
    super(message);
    this.again = again;
  }
}

/** @type {string | null} Where the browser keeps nothing, the page does, until it is closed. */
let kept = null;

/** Begin a new conversation with the next message. */
export function forget() {
  remember(null);
}

/**
 * Send a message and wait for the replies to it.
 *
 * @param {string} text
 * @returns {Promise<Reply[]>}
 * @throws {Trouble}
 */
export async function send(text) {
  const body = JSON.stringify({ text });
  if (new TextEncoder().encode(body).length > MAX_BYTES) {
    throw new Trouble('That message is too long. Please ask in a sentence or two.', false);
  }
  let answer = await post('/messages', await token(), body);
  if (answer.status === 401) {
    forget();
    answer = await post('/messages', await token(), body);
  }
  return (await json(answer)).replies;
}

/** @returns {Promise<string>} */
async function token() {
  const known = recall();
  if (known) return known;
  const fresh = (await json(await post('/session'))).token;
  remember(fresh);
  return fresh;
}

/**
 * @param {string} path
 * @param {string} [bearer]
 * @param {string} [body]
 * @returns {Promise<Response>}
 */
async function post(path, bearer, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    return await fetch(BASE + path, {
      method: 'POST',
      headers: bearer ? { 'Authorization': `Bearer ${bearer}`, 'Content-Type': 'application/json' } : {},
      body,
      cache: 'no-store',
      signal: abort.signal,
    });
  } catch {
    if (abort.signal.aborted) throw new Trouble('The answer is taking too long.', true);
    if (!navigator.onLine) throw new Trouble('You seem to be offline, so your question was not sent.', true);
    throw new Trouble('The chat cannot be reached just now, so your question was not answered.', true);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} answer
 * @returns {Promise<any>}
 */
async function json(answer) {
  const values = await answer.json().catch(() => null);
  if (answer.ok && values) return values;
  const sentence = values?.error?.message ?? 'Something went wrong, so your question was not answered.';
  throw new Trouble(sentence, answer.ok || answer.status === 401 || answer.status === 429 || answer.status >= 500);
}

/** @returns {string | null} */
function recall() {
  try {
    return sessionStorage.getItem(KEY) ?? kept;
  } catch {
    return kept;
  }
}

/** @param {string | null} value */
function remember(value) {
  kept = value;
  try {
    if (value) sessionStorage.setItem(KEY, value);
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is turned off: `kept` serves as long as the page is open.
  }
}
