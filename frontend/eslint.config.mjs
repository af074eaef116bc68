// Our own JavaScript in the browsers of package.json's browserslist: what they cannot read or do not know fails the build.
import compat from 'eslint-plugin-compat';

export default [
  {
    ...compat.configs['flat/recommended'],
    files: ['js/*.js'],
    languageOptions: { ecmaVersion: 2021, sourceType: 'script' },
  },
];
