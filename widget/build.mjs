/**
 * Build the widget into the one file that the website channel serves.
 *
 *   node build.mjs           write it
 *   node build.mjs --check   fail if the committed file is not what the sources make, or is too big
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build, transform } from 'esbuild';

const SOURCE = fileURLToPath(new URL('src/index.js', import.meta.url));
const TARGET = fileURLToPath(new URL('../acumen/channels/website/static/widget.js', import.meta.url));
const MOST_BYTES = 20_000;
const BANNER = '/* Acumen chat widget, built from widget/src. Apache-2.0. Do not edit. */';

/** Style sheets become strings without blanks: a strict content policy lets no style element in. */
const styles = {
  name: 'styles',
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: 'chrome111' });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [SOURCE],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: BANNER },
  plugins: [styles],
  write: false,
});
const built = outputFiles[0].text;
const size = gzipSync(built, { level: 9 }).length;
console.log(`widget.js: ${built.length} characters, ${size} bytes gzip (at most ${MOST_BYTES})`);
if (size > MOST_BYTES) throw new Error('The widget is too big.');
if (!process.argv.includes('--check')) {
  await writeFile(TARGET, built);
} else if ((await readFile(TARGET, 'utf8').catch(() => '')) !== built) {
  throw new Error('acumen/channels/website/static/widget.js is not current: run `make widget` and commit it.');
}
