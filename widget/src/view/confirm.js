/** A question that must be answered before something is lost. */

import { button, h } from '../dom.js';

/**
 * Ask whether the conversation is to be deleted.
 *
 * @param {HTMLElement} panel where the question appears
 * @param {import('../types.js').Settings} settings
 * @returns {Promise<boolean>}
 */
export function confirmRemoval(panel, { texts }) {
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => {
      dialog.close();
      resolve(yes);
    };
    const dialog = h(
      'dialog',
      { 'class': 'confirm', 'aria-labelledby': 'sure', 'aria-describedby': 'lost' },
      h('h3', { id: 'sure' }, texts.removeAsk),
      h('p', { id: 'lost' }, texts.removeText),
      h('p', { class: 'choice' }, button({ class: 'chip' }, () => answer(false), texts.removeNo), button({ class: 'chip danger' }, () => answer(true), texts.removeYes)),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(false);
    });
    // Escape belongs to this question, not to the panel around it.
    dialog.addEventListener('keydown', (event) => event.stopPropagation());
    panel.append(dialog);
    dialog.showModal();
  });
}
