// Empties and rewrites static/{css,js,fonts,img,geo} from this folder: the same bytes every time.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as sass from 'sass';
import { minify } from 'terser';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'static');
const dkfds = join(here, 'node_modules', 'dkfds', 'dist');
const FONTS = ['Regular', 'Italic', 'SemiBold', 'Bold'];
const ICONS = [
  'add-document', 'arrow-back', 'arrow-downward', 'arrow-forward', 'arrow-upward', 'assignment', 'attach-file', 'calculator',
  'calendar-month', 'check', 'checklist', 'chevron-down', 'chevron-left', 'chevron-right', 'close', 'contact-support', 'copy',
  'delete', 'document', 'download', 'edit', 'email', 'error', 'file-excel', 'file-pdf', 'file-word', 'flag', 'groups', 'help',
  'home', 'info', 'language', 'link', 'lock', 'menu', 'notifications', 'open-in-new', 'payments', 'person', 'plus', 'print',
  'refresh', 'search', 'send', 'success', 'time', 'tune', 'upload', 'visibility', 'warning',
];

function folder(...parts) {
  const path = join(out, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
}

function sprite() {
  const all = readFileSync(join(dkfds, 'img', 'all-svg-icons.svg'), 'utf8');
  const found = new Map([...all.matchAll(/<symbol[^>]*\bid="([^"]+)"[\s\S]*?<\/symbol>/g)].map((m) => [m[1], m[0]]));
  const symbols = ICONS.map((name) => found.get(name) ?? missing(name));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.map((s) => s.replace(/\s+/g, ' ')).join('\n')}</svg>\n`;
}

function missing(name) {
  throw new Error(`no icon ${name} in dkfds`);
}

for (const name of ['css', 'js', 'fonts', 'img', 'geo']) rmSync(join(out, name), { recursive: true, force: true });

function compiled(name) {
  return sass.compile(join(here, 'scss', name), {
    style: 'compressed',
    loadPaths: [join(dkfds, 'scss'), join(here, 'scss')],
    quietDeps: true,
  }).css;
}

const css = compiled('app.scss');
writeFileSync(join(folder('css'), 'pool.css'), `${css}\n`);
const pictures = new Set([...css.matchAll(/url\("?\.\.\/img\/svg-icons\/([\w-]+\.svg)"?\)/g)].map((m) => m[1]));
for (const name of pictures) copyFileSync(join(dkfds, 'img', 'svg-icons', name), join(folder('img', 'svg-icons'), name));
writeFileSync(join(folder('img'), 'icons.svg'), sprite());
for (const name of ['leaf.svg']) copyFileSync(join(here, 'img', name), join(folder('img'), name));

for (const weight of FONTS) {
  const file = `IBMPlexSans-${weight}-Latin1.woff2`;
  copyFileSync(join(dkfds, 'fonts', 'IBMPlexSans', 'split', 'woff2', file), join(folder('fonts'), file));
}
copyFileSync(join(here, 'LICENSES.txt'), join(folder('fonts'), 'LICENSES.txt'));

for (const name of readdirSync(join(here, 'js'))) {
  const ours = await minify(readFileSync(join(here, 'js', name), 'utf8'), { ecma: 2019 });
  writeFileSync(join(folder('js'), name), `${ours.code}\n`);
}
copyFileSync(join(here, 'node_modules', 'htmx.org', 'dist', 'htmx.min.js'), join(folder('js'), 'htmx.min.js'));

// the map, for pages that have one: Leaflet as it comes, without the rules that name its pictures, which we do not use
const leaflet = join(here, 'node_modules', 'leaflet', 'dist');
const rules = readFileSync(join(leaflet, 'leaflet.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/[^{}]*\{[^{}]*url\([^{}]*\}/g, '');
writeFileSync(join(folder('css'), 'leaflet.css'), `${sass.compileString(rules, { style: 'compressed' }).css}\n`);
writeFileSync(join(folder('css'), 'map.css'), `${compiled('map.scss')}\n`);
writeFileSync(join(folder('js'), 'leaflet.js'), readFileSync(join(leaflet, 'leaflet.js'), 'utf8').replace(/\/\/# sourceMappingURL.*\s*$/, ''));
for (const name of readdirSync(join(here, 'geo'))) copyFileSync(join(here, 'geo', name), join(folder('geo'), name));

// what this was built from: `make check` sees a source that was changed and not built (scripts/check-assets)
const sources = readdirSync(here, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((path) => path.slice(here.length + 1))
  .filter((path) => !path.startsWith('node_modules'))
  .sort();
const hash = createHash('sha256');
for (const path of sources) hash.update(path).update('\0').update(readFileSync(join(here, path))).update('\0');
writeFileSync(join(out, 'built-from.txt'), `${hash.digest('hex')}\n`);
