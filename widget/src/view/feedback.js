/** Whether an answer helped, and why not. */

import { button, h, icon, unseen } from '../dom.js';

const UP = 'M7 10.5v10M7 10.5l4-7.5a2.4 2.4 0 0 1 2.3 3l-.8 3.5h5.6a2 2 0 0 1 2 2.4l-1.3 6.5a2.5 2.5 0 0 1-2.5 2.1H7M3.5 10.5H7v10H3.5z';
const DOWN = 'M7 13.5v-10M7 13.5l4 7.5a2.4 2.4 0 0 0 2.3-3l-.8-3.5h5.6a2 2 0 0 0 2-2.4l-1.3-6.5A2.5 2.5 0 0 0 16.3 3.5H7M3.5 13.5H7v-10H3.5z';
const MOST_CHARACTERS = '500';
/** Nobody is asked to rate an alarm or small talk. */
const RATED = new Set(['answer', 'not_covered', 'off_topic', 'clarify']);

/**
 * @param {import('../types.js').Answer} answer
 * @param {import('../types.js').Settings} settings
 * @param {(helpful: boolean, reason: string) => Promise<void>} rate
 * @param {(text: string) => void} say
 * @returns {HTMLElement | null} null where there is nothing to ask
 */
export function feedback(answer, { texts }, rate, say) {
  if (!RATED.has(answer.reply.outcome)) return null;
  const said = h('span', { class: 'said' });
  const up = thumb(UP, texts.yes, () => choose(true));
  const down = thumb(DOWN, texts.no, () => choose(false));
  const row = h('div', { class: 'thumbs', role: 'group', 'aria-label': texts.helped }, h('span', { 'aria-hidden': 'true' }, texts.helped), up, down, said);
  const element = h('div', { class: 'feedback' }, row);
  show(answer.helpful);

  /** @param {boolean | undefined} helpful */
  function show(helpful) {
    up.setAttribute('aria-pressed', String(helpful === true));
    down.setAttribute('aria-pressed', String(helpful === false));
  }

  /**
   * @param {boolean} helpful
   * @param {string} [reason]
   */
  async function choose(helpful, reason = '') {
    if (answer.helpful === helpful && !reason) return;
    show(helpful);
    element.querySelector('form')?.remove();
    try {
      await rate(helpful, reason);
      said.textContent = texts.thanks;
      if (!helpful && !reason) {
        element.append(why());
        element.lastElementChild?.scrollIntoView({ block: 'nearest' });
      }
    } catch {
      show(answer.helpful);
      said.textContent = texts.feedbackFailed;
    }
    say(said.textContent);
  }

  function why() {
    const field = h('input', { type: 'text', maxlength: MOST_CHARACTERS, autocomplete: 'off', dir: 'auto' });
    const send = h('button', { type: 'submit' }, texts.sendReason);
    const form = h('form', { class: 'why' }, h('label', {}, texts.why, field), send);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const reason = field.value.trim();
      if (!reason) return;
      down.focus({ preventScroll: true });
      void choose(false, reason);
    });
    return form;
  }

  return element;
}

/**
 * @param {string} path
 * @param {string} name
 * @param {() => unknown} act
 */
function thumb(path, name, act) {
  return button({ class: 'plain', title: name }, act, icon(path), unseen(name));
}
