// @ts-check
/** The chat page: what the patient does, and what the page shows. */

import { card, h } from './reply.js';
import { Trouble, forget, send } from './session.js';

const EMERGENCY = 'If this is an emergency, call your local emergency number (999, 911 or 112) now.';
const NO_TEXT = 'Please type a question first.';
// Most answers are there sooner; a state that only flickers disturbs.
const TYPING_AFTER_MS = 300;

const log = find('log');
const typing = find('typing');
const welcome = find('welcome');
const composer = /** @type {HTMLFormElement} */ (find('composer'));
const question = /** @type {HTMLTextAreaElement} */ (find('question'));
const sendButton = find('send');
const startOver = find('start-over');
const hint = find('hint');
const HINT = hint.textContent ?? '';

/** Counts conversations: an answer that comes after "Start over" belongs to the old one. */
let conversation = 0;
let busy = false;

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function find(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} text */
async function ask(text) {
  if (busy) return;
  // Old suggestions belong to old answers: "Tell me more" would be about something else now.
  log.querySelectorAll('.suggestions, .trouble').forEach((each) => each.remove());
  welcome.hidden = true;
  startOver.hidden = false;
  // The patient knows what they wrote: only the answer is to be read out.
  const message = h('div', { 'class': 'patient', 'aria-live': 'off', 'tabindex': '-1' });
  message.append(h('span', { class: 'unseen' }, 'You asked: '), h('p', { dir: 'auto' }, text));
  log.append(message);
  moveFocus(message);
  await answer(text, message);
}

/**
 * @param {string} text
 * @param {HTMLElement} message
 */
async function answer(text, message) {
  const mine = conversation;
  setBusy(true);
  message.scrollIntoView({ block: 'start' });
  const timer = setTimeout(() => show(typing), TYPING_AFTER_MS);
  /** @type {HTMLElement} */
  let turn;
  try {
    turn = replied(await send(text));
  } catch (error) {
    turn = troubled(error, text, message);
  }
  clearTimeout(timer);
  if (mine !== conversation) return;
  setBusy(false);
  typing.hidden = true;
  // One element with all of the answer: it is read out once.
  log.append(turn);
  message.scrollIntoView({ block: 'start' });
}

/**
 * @param {import('./session.js').Reply[]} replies
 * @returns {HTMLElement}
 */
function replied(replies) {
  const titles = new Set(replies.flatMap((reply) => reply.buttons.map((button) => button.title)));
  const buttons = [...titles].map((title) => h('li', {}, action(title, () => ask(title))));
  const turn = h('div', { class: 'turn' }, ...replies.map(card));
  if (buttons.length) turn.append(h('ul', { 'class': 'suggestions', 'aria-label': 'You could ask' }, ...buttons));
  return turn;
}

/**
 * @param {unknown} error
 * @param {string} text
 * @param {HTMLElement} message
 * @returns {HTMLElement}
 */
function troubled(error, text, message) {
  const trouble = error instanceof Trouble ? error : new Trouble('Something went wrong on this page.', true);
  const turn = h('div', { class: 'turn trouble' });
  turn.append(card({ outcome: 'trouble', blocks: [trouble.message, EMERGENCY].map(asText), buttons: [] }));
  if (trouble.again) {
    const again = action('Try again', () => {
      turn.remove();
      moveFocus(message);
      return answer(text, message);
    });
    turn.append(h('p', { class: 'retry' }, again));
  } else if (!question.value) {
    question.value = text;
    fit();
  }
  return turn;
}

/**
 * @param {string} text
 * @returns {import('./session.js').TextBlock}
 */
function asText(text) {
  return { type: 'text', text };
}

/**
 * @param {string} title
 * @param {() => unknown} act
 * @returns {HTMLElement}
 */
function action(title, act) {
  const button = h('button', { type: 'button', dir: 'auto' }, title);
  button.addEventListener('click', act);
  return button;
}

/**
 * Keep the keyboard's place when a pressed button goes away.
 *
 * @param {HTMLElement} message
 */
function moveFocus(message) {
  // On a touch screen the keyboard would rise and cover the answer.
  const target = matchMedia('(hover: hover)').matches ? question : message;
  target.focus({ preventScroll: true });
}

/** @param {HTMLElement} element */
function show(element) {
  element.hidden = false;
  element.scrollIntoView({ block: 'nearest' });
}

/** @param {boolean} on */
function setBusy(on) {
  busy = on;
  sendButton.setAttribute('aria-disabled', String(on));
}

/** Let the field grow with its text. */
function fit() {
  question.style.height = 'auto';
  question.style.height = `${question.scrollHeight + 2}px`;
}

function submit() {
  if (busy) return;
  const text = question.value.trim();
  hint.textContent = text ? HINT : NO_TEXT;
  if (!text) {
    question.focus();
    return;
  }
  question.value = '';
  fit();
  void ask(text);
}

function begin() {
  conversation += 1;
  setBusy(false);
  log.replaceChildren();
  typing.hidden = true;
  startOver.hidden = true;
  welcome.hidden = false;
  hint.textContent = HINT;
  composer.hidden = false;
  find('no-script').hidden = true;
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});
question.addEventListener('keydown', (event) => {
  // While a word is being composed, Enter only ends the word.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
question.addEventListener('input', () => {
  hint.textContent = HINT;
  fit();
});
startOver.addEventListener('click', () => {
  forget();
  begin();
  question.value = '';
  fit();
  scrollTo({ top: 0 });
  question.focus({ preventScroll: true });
});
for (const starter of welcome.querySelectorAll('button')) {
  starter.addEventListener('click', () => ask(starter.textContent ?? ''));
}
begin();
