// The built style sheet in the browsers of package.json's browserslist: what they do not know fails the build.
import { readFileSync } from 'node:fs';

const { browserslist: browsers } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)));

// a missing cursor, a missing handle to pull, text that a phone sizes itself, another typewriter face: nothing is lost
const HARMLESS = ['css3-cursors', 'css-resize', 'text-size-adjust', 'extended-system-fonts'];

export default {
  plugins: ['stylelint-no-unsupported-browser-features'],
  rules: {
    'plugin/no-unsupported-browser-features': [
      true,
      { browsers, severity: 'error', ignorePartialSupport: true, ignore: HARMLESS },
    ],
  },
};
