/** What a screen reader says: a region of its own, as one over the whole conversation would read it all again. */

import { fill, h } from '../dom.js';
import { alarm, saidBy } from './reply.js';

// Some screen readers drop what is said while the focus moves.
const PAUSE_MS = 250;
// Long enough to be noticed; then it is no longer met by somebody who reads on through the page.
const STAYS_MS = 5000;

/** Two live regions: one that waits for a pause, one for alarms. */
export class Announcer {
  #polite = h('div', { class: 'unseen', role: 'status' });
  #assertive = h('div', { class: 'unseen', role: 'alert' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  get elements() {
    return [this.#polite, this.#assertive];
  }

  /**
   * @param {string} text
   * @param {boolean} [urgent]
   */
  say(text, urgent = false) {
    const region = urgent ? this.#assertive : this.#polite;
    clearTimeout(this.#timer);
    this.elements.forEach((each) => each.replaceChildren());
    this.#timer = setTimeout(() => {
      region.textContent = text;
      this.#timer = setTimeout(() => region.replaceChildren(), STAYS_MS);
    }, PAUSE_MS);
  }
}

/**
 * Replies as one text to listen to: no markers, no addresses, the number of sources at the end.
 *
 * @param {import('../types.js').Answer[]} answers
 * @param {import('../types.js').Settings} settings
 * @returns {{text: string, urgent: boolean}}
 */
export function spoken(answers, settings) {
  const { texts } = settings;
  const sources = new Set();
  const parts = [];
  for (const { reply } of answers) {
    parts.push(alarm(reply.outcome, settings));
    for (const block of reply.blocks) {
      const cited = block.type === 'table' ? block.rows.flatMap((row) => row.cells) : block.type === 'citation' ? [block] : [];
      for (const { article, section } of cited) sources.add(`${article}#${section}`);
      if (block.type === 'text') parts.push(block.text);
      if (block.type === 'clinic') parts.push(saidBy(block, settings), block.text);
      if (block.type === 'citation') parts.push(block.passage);
      if (block.type === 'table') {
        parts.push(fill(texts.tableSaid, { columns: block.columns.join(', '), count: block.rows.length }));
      }
    }
  }
  if (sources.size) parts.push(sources.size === 1 ? texts.sourceOne : fill(texts.sourceMany, { count: sources.size }));
  return {
    text: parts.filter(Boolean).join('\n'),
    urgent: answers.some(({ reply }) => ['emergency', 'crisis', 'urgent'].includes(reply.outcome)),
  };
}
