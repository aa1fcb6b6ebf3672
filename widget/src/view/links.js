/** Numbers to dial and addresses to follow, in what the bot says in its own voice. */

import { h } from '../dom.js';

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
 * A line of text whose telephone numbers and addresses can be followed.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function withLinks(text) {
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
