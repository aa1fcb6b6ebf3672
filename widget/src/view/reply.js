/** Replies as parts of the page: paragraphs, lists, tables, and the numbered sources below them. */

import { address, fill, h, unseen } from '../dom.js';
import { withLinks } from './links.js';

/**
 * @typedef {import('../types.js').Reply} Reply
 * @typedef {import('../types.js').Citation} Citation
 * @typedef {import('../types.js').Settings} Settings
 */

/** The bot and the articles speak English. */
const ANSWER_LANG = 'en';

/**
 * What stands above a reply that must not be read as an ordinary answer.
 *
 * @param {string} outcome
 * @param {Settings} settings
 * @returns {string} empty for an ordinary answer
 */
export function alarm(outcome, { texts }) {
  /** @type {Record<string, string>} */
  const headings = {
    emergency: texts.atEmergency,
    crisis: texts.atCrisis,
    urgent: texts.atUrgent,
    caution: texts.atCaution,
  };
  return Object.hasOwn(headings, outcome) ? /** @type {string} */ (headings[outcome]) : '';
}

/**
 * The card of one reply, without its buttons.
 *
 * @param {Reply} reply
 * @param {Settings} settings
 */
export function card(reply, settings) {
  const sources = new Sources(settings);
  const body = h('div', { class: 'body', lang: ANSWER_LANG, dir: 'auto' });
  for (const block of reply.blocks) {
    if (block.type === 'text') body.append(...structure(block.text, withLinks));
    if (block.type === 'clinic') body.append(h('p', { class: 'said-by', lang: settings.lang }, saidBy(block, settings)), ...structure(block.text, withLinks));
    if (block.type === 'citation') body.append(...sources.passage(block));
    if (block.type === 'table') body.append(table(block, sources, settings));
  }
  const heading = alarm(reply.outcome, settings);
  const element = h('div', { class: heading ? `card ${reply.outcome}` : 'card' });
  if (heading) element.append(h('h4', {}, heading));
  element.append(body, ...sources.list());
  return element;
}

/**
 * The line that says that an answer is the clinic's own.
 *
 * @param {import('../types.js').ClinicAnswer} block
 * @param {Settings} settings
 * @returns {string}
 */
export function saidBy({ clinic }, { texts }) {
  return clinic ? fill(texts.saidBy, { clinic }) : texts.saidByClinic;
}

/** The sources of one reply, numbered in the order they appear; passages of one section share a number. */
class Sources {
  /** @type {Map<string, {number: number, citation: Citation}>} */
  #known = new Map();
  #settings;

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  /**
   * The text of a passage as paragraphs and lists, the last of them marked with its source.
   *
   * @param {Citation} citation
   */
  passage(citation) {
    const parts = structure(citation.passage, (line) => [line]);
    const last = parts.at(-1);
    (last?.lastElementChild ?? last)?.append(this.#marker(citation));
    return parts;
  }

  /** @returns {HTMLElement[]} the list of the sources, or nothing */
  list() {
    if (!this.#known.size) return [];
    const { texts } = this.#settings;
    const items = [...this.#known.values()].map(({ citation }) => h('li', {}, ...this.#describe(citation)));
    const name = items.length === 1 ? texts.source : texts.sources;
    return [h('div', { class: 'sources' }, h('p', {}, name), h('ol', { lang: ANSWER_LANG, dir: 'auto' }, ...items))];
  }

  /** @param {Citation} citation */
  #marker(citation) {
    const key = `${citation.article}#${citation.section}`;
    const source = this.#known.get(key) ?? { number: this.#known.size + 1, citation };
    this.#known.set(key, source);
    const name = fill(this.#settings.texts.marker, { number: source.number, title: citation.title });
    const href = this.#address(citation);
    const number = String(source.number);
    return href
      ? h('a', { ...newTab(href), class: 'marker', lang: this.#settings.lang, 'aria-label': name }, number)
      : h('span', { class: 'marker' }, number);
  }

  /** @param {Citation} citation */
  #describe(citation) {
    const { texts, lang } = this.#settings;
    const href = this.#address(citation);
    const title = h('cite', {}, citation.title);
    const hint = unseen(` (${texts.newTab})`);
    hint.lang = lang;
    const about = [citation.author, citation.date].filter(Boolean).join(', ');
    return [
      href ? h('a', newTab(href), title, hint) : title,
      h('span', { class: 'about' }, [citation.heading, about].filter(Boolean).join(' · ')),
    ];
  }

  /**
   * Where the passage stands; only pages of the server itself.
   *
   * @param {Citation} citation
   */
  #address({ url }) {
    const { base } = this.#settings;
    const place = url ? address(url, base) : null;
    return place?.origin === base.origin ? place.href : '';
  }
}

/** @param {string} href */
function newTab(href) {
  return { href, target: '_blank', rel: 'noopener' };
}

/**
 * Paragraphs and lists of a text; lines that begin with "- " are the items of a list.
 *
 * @param {string} text
 * @param {(line: string) => (Node | string)[]} inline
 * @returns {HTMLElement[]}
 */
function structure(text, inline) {
  /** @type {HTMLElement[]} */
  const parts = [];
  for (const line of text.split('\n').map((each) => each.trim()).filter(Boolean)) {
    if (!line.startsWith('- ')) {
      parts.push(h('p', {}, ...inline(line)));
      continue;
    }
    if (parts.at(-1)?.tagName !== 'UL') parts.push(h('ul'));
    parts.at(-1)?.append(h('li', {}, ...inline(line.slice(2))));
  }
  return parts;
}

/**
 * A comparison. The roles say what a table is where the style sheet has it reflow, as browsers then forget.
 *
 * @param {import('../types.js').TableBlock} block
 * @param {Sources} sources
 * @param {Settings} settings
 */
function table({ columns, rows }, sources, { texts }) {
  const head = h('tr', { role: 'row' }, h('td', { role: 'cell' }));
  for (const column of columns) head.append(h('th', { role: 'columnheader', scope: 'col' }, column));
  const body = h('tbody', { role: 'rowgroup' });
  for (const { heading, cells } of rows) {
    const row = h('tr', { role: 'row' }, h('th', { role: 'rowheader', scope: 'row' }, heading));
    cells.forEach((cell, index) => {
      row.append(h('td', { role: 'cell', 'data-column': columns[index] ?? '' }, ...sources.passage(cell)));
    });
    body.append(row);
  }
  const caption = h('caption', { class: 'unseen' }, fill(texts.table, { columns: columns.join(' – ') }));
  return h('table', { role: 'table' }, caption, h('thead', { role: 'rowgroup' }, head), body);
}
