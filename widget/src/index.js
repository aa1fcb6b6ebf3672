/**
 * The chat of a clinic's website, from one script tag:
 *
 *   <script type="module" src="https://HOST/webhooks/website/widget.js" data-clinic="Name of the clinic"></script>
 */

import { AcumenChat } from './element.js';

// A page may have the tag twice.
if (!customElements.get('acumen-chat')) {
  AcumenChat.base = new URL('.', import.meta.url);
  customElements.define('acumen-chat', AcumenChat);
}
if (!document.querySelector('acumen-chat')) {
  const tags = [...document.querySelectorAll('script')];
  const chat = document.createElement('acumen-chat');
  Object.assign(chat.dataset, tags.find((tag) => tag.src === import.meta.url)?.dataset);
  document.body.append(chat);
}
