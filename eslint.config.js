import js from '@eslint/js';
import vue from 'eslint-plugin-vue';
import ts from 'typescript-eslint';

/** R2: a `Committed` is made in src/actors/runtime/committed.ts alone; a cast to it would be a lie. */
const castToCommitted = {
  selector: "TSAsExpression TSTypeReference[typeName.name='Committed']",
  message: 'R2: only src/actors/runtime/committed.ts makes a Committed.',
};

/** R2: what came over the wire counts as committed only where it is known that a node sent it. */
const arrivedElsewhere = {
  selector: "ImportSpecifier[imported.name='arrived']",
  message: 'R2: only src/cluster takes what another node committed.',
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', '.tap/', '.tests/', '.bench/'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'deploy/mongo/*.js'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      'no-restricted-syntax': ['error', castToCommitted, arrivedElsewhere],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    // Prettier lays out, and TypeScript knows the browser's globals.
    rules: { ...vue.configs['no-layout-rules'].rules, 'no-undef': 'off' },
  },
  { files: ['src/cluster/**'], rules: { 'no-restricted-syntax': ['error', castToCommitted] } },
  { files: ['src/actors/runtime/committed.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
  {
    files: ['deploy/mongo/*.js'],
    languageOptions: { globals: { connect: 'readonly', print: 'readonly', process: 'readonly', sleep: 'readonly' } },
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/require-await': 'off',
      // tap's `t.test` returns a promise that tap itself waits for.
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
