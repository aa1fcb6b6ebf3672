/** What a conversation is made of, and how two tabs agree on it. */

/**
 * @typedef {import('./types.js').Turn} Turn
 * @typedef {import('./types.js').Conversation} Conversation
 */

/** @returns {Conversation} */
export function fresh() {
  return { id: randomId(), token: null, turns: [] };
}

/** @param {Turn} turn */
export function isPending(turn) {
  return turn.state === 'waiting' || turn.state === 'working';
}

/** A random UUID; the browser's own needs https, which a clinic's inner network may not have. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * What two tabs know together: a turn that this one has ended, or is busy with, stays as it is.
 *
 * @param {Conversation} own
 * @param {Conversation} theirs
 * @param {Turn | null} running
 * @returns {Conversation}
 */
export function merged(own, theirs, running) {
  const turns = new Map(theirs.turns.map((turn) => [turn.id, turn]));
  for (const turn of own.turns) {
    const other = turns.get(turn.id);
    const same = other?.message === turn.message;
    if (!other || turn === running || turn.state === 'done' || (same && turn.state === 'failed')) {
      turns.set(turn.id, turn);
    }
  }
  const inOrder = [...turns.values()].sort((one, other) => one.at.localeCompare(other.at));
  return { id: theirs.id, token: theirs.token ?? own.token, turns: inOrder };
}
