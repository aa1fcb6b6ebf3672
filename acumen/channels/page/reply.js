// @ts-check
/**
 * Replies as parts of the page. Texts go in as text nodes only, so nothing in them can become markup.
 *
 * @typedef {import('./session.js').Reply} Reply
 * @typedef {import('./session.js').CitationBlock} CitationBlock
 */

/** What stands above a reply that must not be read as an ordinary answer. */
const HEADINGS = new Map([
  ['emergency', 'Emergency: act now'],
  ['crisis', 'Support is there for you now'],
  ['urgent', 'Get this checked today'],
  ['caution', 'A question for your own clinician'],
]);

// Numbers as emergency services, help lines and clinics write them. A short one is a
// number to dial only where its paragraph speaks of calling.
const SHORT = /^(?:000|111|112|911|988|999|1737)$/;
const CALLING = /\b(?:call|dial|ring|phone|talk|contact|emergency|line|nhs)\b/i;
const NUMBER = new RegExp(
  [
    '\\+\\d{1,3}(?:[ -]?\\(?\\d{1,5}\\)?){2,6}', // +44 20 7946 0000
    '(?:1-)?(?:\\(\\d{3}\\) ?|\\d{3}-)\\d{3}-\\d{4}', // 1-800-222-1222
    '1[38]00 \\d{3} \\d{3}|13 \\d\\d \\d\\d|116 \\d{3}', // 1800 022 222, 13 11 14, 116 123
    '\\(?0\\d{1,4}\\)?(?: \\d{3,6}){1,3}|0\\d{9,10}', // 01234 567890
    '000|111|112|911|988|999|1737',
  ].join('|'),
  'g',
);
const ADDRESS = /https:\/\/[^\s<>"')]+[\w/]|(?:[a-z0-9-]+\.)+(?:com|org|net|uk|ie|eu|au|nz|ca)\b(?:\/[\w./-]*[\w/])?/gi;

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * The card of one reply, without its buttons.
 *
 * @param {Reply} reply
 * @returns {HTMLElement}
 */
export function card(reply) {
  const body = h('div', { class: 'card-body' });
  const sources = new Map();
  for (const block of reply.blocks) {
    if (block.type === 'citation') {
      const key = `${block.article}#${block.section}`;
      if (!sources.has(key)) sources.set(key, { number: sources.size + 1, citation: block });
      body.append(...passage(block.passage, sources.get(key).number));
    } else {
      body.append(...ownWords(block.text));
    }
  }
  if (sources.size) body.append(sourceList([...sources.values()].map((source) => source.citation)));
  const heading = HEADINGS.get(reply.outcome);
  const kind = heading ? `card ${reply.outcome}` : 'card';
  return h('article', { class: kind, dir: 'auto' }, ...(heading ? [h('h2', {}, heading)] : []), body);
}

/**
 * The text of a passage as paragraphs and lists, the last of them marked with its source.
 *
 * @param {string} text
 * @param {number} number
 * @returns {HTMLElement[]}
 */
function passage(text, number) {
  const parts = structure(text, (line) => [line]);
  const last = parts.at(-1);
  const marker = h('sup', { class: 'marker' }, h('span', { class: 'unseen' }, ' source '), String(number));
  (last?.lastElementChild ?? last)?.append(marker);
  return parts;
}

/**
 * What the bot says in its own voice: here numbers and addresses can be followed.
 *
 * @param {string} text
 * @returns {HTMLElement[]}
 */
function ownWords(text) {
  return structure(text, (line) => withLinks(line));
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
 * @param {string} text
 * @returns {(Node | string)[]}
 */
function withLinks(text) {
  /** @type {{start: number, shown: string, link: HTMLElement}[]} */
  const found = [];
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].startsWith('https://') ? match[0] : `https://${match[0]}`;
    const link = h('a', { href: address, rel: 'noopener noreferrer', target: '_blank' }, match[0]);
    if (stands(text, match)) found.push({ start: match.index, shown: match[0], link });
  }
  for (const match of text.matchAll(NUMBER)) {
    const digits = match[0].replace(/[^+\d]/g, '');
    const link = h('a', { href: `tel:${digits}`, class: 'tel' }, match[0]);
    if (stands(text, match) && isDialled(digits, text)) found.push({ start: match.index, shown: match[0], link });
  }
  found.sort((one, other) => one.start - other.start);
  /** @type {(Node | string)[]} */
  const parts = [];
  let end = 0;
  for (const { start, shown, link } of found) {
    if (start < end) continue;
    parts.push(text.slice(end, start), link);
    end = start + shown.length;
  }
  return [...parts, text.slice(end)];
}

/**
 * Whether a match is a word of its own, and no part of a price, a range, a date or an e-mail address.
 *
 * @param {string} text
 * @param {RegExpMatchArray & {index: number}} match
 * @returns {boolean}
 */
function stands(text, match) {
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return !/[\w@£$€+./-]$|\d[ ,]$/.test(before) && !/^(?:[\w@%]|[.,/:-]\d| \d)/.test(after);
}

/**
 * Whether digits are a number to dial, and not a year, an amount or a house number.
 *
 * @param {string} digits
 * @param {string} text the paragraph they stand in
 * @returns {boolean}
 */
function isDialled(digits, text) {
  if (SHORT.test(digits)) return CALLING.test(text);
  return digits.length >= (/^[0+]/.test(digits) ? 8 : 6);
}

/**
 * @param {CitationBlock[]} citations
 * @returns {HTMLElement}
 */
function sourceList(citations) {
  const items = citations.map(({ author, title, heading }) =>
    h('li', {}, h('cite', {}, title), author ? `, ${author}` : '', h('span', { class: 'heading' }, heading)),
  );
  const name = citations.length === 1 ? 'Source' : 'Sources';
  return h('div', { class: 'sources' }, h('p', {}, name), h('ol', {}, ...items));
}
