/** The conversation on paper or in a file: with its date, its sources, and what it is not. */

import { h } from './dom.js';
import { card } from './view/reply.js';

const FILE_STYLE = `body{max-width:42em;margin:2em auto;padding:0 1em;font:1em/1.55 system-ui,sans-serif;color:#1e2928;background:#fff}
h2{margin:1.6em 0 .3em;font-size:1.1em}table{border-collapse:collapse}th,td{padding:.4em .6em;border:1px solid #999;text-align:start;vertical-align:top}
.emergency,.crisis,.urgent,.caution{padding:.2em 1em;border:2px solid}.sources{font-size:.9em}.about{display:block}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}@media print{.sources a::after{content:" <" attr(href) ">";overflow-wrap:anywhere}}`;
const PRINT_PAGE = '@media print{body *:not(acumen-chat,:has(acumen-chat)){display:none!important}}';

/**
 * The conversation as an article to read on its own.
 *
 * @param {readonly import('./types.js').Turn[]} turns
 * @param {import('./types.js').Settings} settings
 */
export function transcript(turns, settings) {
  const { texts, clinic, lang } = settings;
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short' });
  const article = h('article', { class: 'transcript', lang }, h('h1', {}, texts.transcript));
  const date = format.format(new Date(turns[0]?.at ?? Date.now()));
  article.append(h('p', {}, [clinic, date].filter(Boolean).join(' · ')));
  article.append(h('p', {}, h('strong', {}, texts.notAdvice)));
  for (const turn of turns) {
    const asked = h('h2', { dir: 'auto' }, turn.text);
    article.append(h('section', {}, asked, ...turn.answers.map(({ reply }) => card(reply, settings))));
  }
  return article;
}

/**
 * Print the conversation, and nothing of the page around it.
 *
 * @param {ShadowRoot} root
 * @param {HTMLElement} article
 */
export function print(root, article) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PRINT_PAGE);
  root.append(article);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const restore = () => {
    article.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  };
  addEventListener('afterprint', restore, { once: true });
  window.print();
}

/**
 * Save the conversation as a page that needs nothing else.
 *
 * @param {HTMLElement} article
 * @param {string} date
 */
export function save(article, date) {
  const title = h('title', {}, article.querySelector('h1')?.textContent ?? '').outerHTML;
  // Elements write themselves, so their texts are escaped. A style element would be blocked even in a document of its own.
  const head = `<!doctype html>\n<html lang="${article.lang}"><meta charset="utf-8">${title}<style>${FILE_STYLE}</style>\n`;
  const text = `${head}${article.outerHTML}</html>`;
  const url = URL.createObjectURL(new Blob([text], { type: 'text/html' }));
  h('a', { href: url, download: `conversation-${date}.html` }).click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
