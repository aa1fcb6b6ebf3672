/** The style sheet of the chat. */

import alarms from './alarms.css';
import base from './base.css';
import composer from './composer.css';
import dark from './dark.css';
import needs from './needs.css';
import panel from './panel.css';
import print from './print.css';
import table from './table.css';
import turns from './turns.css';

/**
 * The styles, with dark colours where they are wanted: as the patient's system says unless the clinic decides.
 *
 * @param {string | undefined} theme
 */
export function styleSheet(theme) {
  const sheet = new CSSStyleSheet();
  // Paper stays white.
  const when = theme === 'dark' ? 'screen' : 'screen and (prefers-color-scheme:dark)';
  const night = theme === 'light' ? '' : `@media ${when}{${dark}}`;
  sheet.replaceSync([base, night, panel, turns, table, alarms, composer, needs, print].join(''));
  return sheet;
}
