import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const testFiles = ['**/*.test.ts', '**/contract.ts', '**/testing/**/*.ts', 'test/**/*.ts'];

/** Applications and `require()` users get the class itself from these files, as the official packages give it. */
const sdkEntries = ['packages/sdk/src/entries/*.ts'];

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name; only the SDK entries have a default export.',
};
const noExportAll = {
  selector: 'ExportAllDeclaration',
  message: 'Name what is exported, so that the public surface can be read in one place.',
};
const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' };

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/miniprogram_dist/',
    'coverage/',
    'bench-results/',
    '.tmp/',
    '.sampan/',
    '**/*.d.ts',
    '**/fixtures/',
    'apps/miniprogram/',
    'examples/',
    'site/',
  ]),
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.test.json', 'apps/console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 500],
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error', noDefaultExport, noExportAll, noEnum],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // noUncheckedIndexedAccess asks for `!` in every indexed loop whose bounds are plain to see.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A port's method may be asynchronous for one implementation and not for another.
      '@typescript-eslint/require-await': 'off',
      // Declared for callers: `sign<T>(…)` names what comes back even where T appears once.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Ports are plain objects of functions, and are taken apart as such.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Rows of the operation table are data.
    files: ['packages/protocol/src/operations/*.ts', 'packages/protocol/src/error-codes.ts', ...testFiles],
    rules: { 'max-lines': 'off' },
  },
  {
    // The interpreters of the table turn rows into types; each `any` there is commented.
    files: ['packages/protocol/src/codec/operation.ts', 'packages/protocol/src/codec/xml.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: [...sdkEntries, '**/*.config.ts'],
    rules: { 'no-restricted-syntax': ['error', noExportAll, noEnum] },
  },
  {
    files: ['packages/{protocol,sdk,server}/src/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: testFiles,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['node:http', 'node:https'].map((name) => ({
            name,
            allowTypeImports: true,
            message: 'Use process.getBuiltinModule: an import also loads fetch (docs/decisions/0021).',
          })),
        },
      ],
    },
  },
  {
    files: testFiles,
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      // A test asserts what the types already say, or follows a value the compiler believes unchanged.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      'max-params': 'off',
    },
  },
);
