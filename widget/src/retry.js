/** When a question is sent again, and when that would change nothing. */

import { Refused, Unreachable } from './server.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const MOST_TRIES = 8;

/**
 * How long to wait before a question is sent again; null where that would change nothing.
 *
 * @param {unknown} error
 * @param {number} tries
 * @returns {number | null}
 */
export function waitAfter(error, tries) {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);
  if (error instanceof Unreachable) {
    if (!navigator.onLine) return LONGEST_WAIT_MS;
    return tries < MOST_TRIES ? wait : null;
  }
  if (!(error instanceof Refused)) return null;
  const passes = error.status === 429 || error.status >= 500;
  if (!passes || tries >= MOST_TRIES || error.seconds * 1000 > LONGEST_WAIT_MS) return null;
  return Math.max(wait, error.seconds * 1000);
}

/** @param {number} status */
export function canBeAskedAgain(status) {
  return status === 200 || status === 401 || status === 429 || status >= 500;
}

/**
 * The server's own sentence, if it said one.
 *
 * @param {unknown} error
 */
export function said(error) {
  return error instanceof Refused && error.message ? { message: error.message } : null;
}
