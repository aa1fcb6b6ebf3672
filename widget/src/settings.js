/** What a clinic sets at the script tag, and the texts in the language of its page. */

import { address } from './dom.js';
import en from './locales/en.json';
import es from './locales/es.json';
import fr from './locales/fr.json';
import zh from './locales/zh.json';

/** @type {Record<string, import('./types.js').Texts>} */
const LOCALES = { en, es, fr, zh };

/** Pages carry many that are none, which browsers refuse when a date is to be written. */
const LANGUAGE_TAG = /^([a-z]{2,3})(?:-[a-z0-9]{2,8})*$/;

/** The bot understands English, and so do the questions to begin with. */
const QUESTIONS = [
  'What happens at a session?',
  'Does it hurt?',
  'How many sessions will I need?',
  'How do dry needling and acupuncture differ?',
];

/**
 * @param {DOMStringMap} data the `data-*` attributes
 * @param {URL} base where the channel answers
 * @returns {import('./types.js').Settings}
 */
export function readSettings(data, base) {
  const asked = (data.lang || document.documentElement.lang || 'en').toLowerCase();
  const known = LANGUAGE_TAG.exec(asked)?.[1] ?? '';
  const texts = (Object.hasOwn(LOCALES, known) && LOCALES[known]) || en;
  return {
    base,
    lang: Object.hasOwn(LOCALES, known) ? asked : 'en',
    texts,
    clinic: data.clinic ?? '',
    privacy: link(data.privacy),
    emergency: data.emergency || texts.numbers,
    questions: data.questions ? data.questions.split('|').map((each) => each.trim()).filter(Boolean) : QUESTIONS,
  };
}

/** @param {string | undefined} text */
function link(text) {
  const url = text ? address(text, document.baseURI) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : '';
}
