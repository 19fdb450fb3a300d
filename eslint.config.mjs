import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const anyLayer = ['type:kernel', 'type:kube', 'type:port', 'type:contract', 'type:decision', 'type:adapter', 'type:controller', 'type:client'];

export default [
  { ignores: ['**/dist', '**/out-tsc', '**/generated', '**/*.mjs', '**/testdata'] },
  ...tseslint.configs.recommended.map((c) => ({ ...c, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allow: [],
          depConstraints: [
            // Layers: what a project may rest on.
            { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: ['type:kernel'] },
            // What strangers install rests on nothing of ours.
            { sourceTag: 'type:client', onlyDependOnLibsWithTags: ['type:testing'] },
            { sourceTag: 'type:kube', onlyDependOnLibsWithTags: ['type:kernel', 'type:testing'] },
            { sourceTag: 'type:port', onlyDependOnLibsWithTags: ['type:kernel', 'type:kube', 'type:testing'] },
            { sourceTag: 'type:contract', onlyDependOnLibsWithTags: ['type:kernel', 'type:kube', 'type:testing'] },
            { sourceTag: 'type:decision', onlyDependOnLibsWithTags: ['type:kernel', 'type:kube', 'type:port', 'type:contract', 'type:decision', 'type:testing'] },
            { sourceTag: 'type:adapter', onlyDependOnLibsWithTags: ['type:kernel', 'type:kube', 'type:port', 'type:contract', 'type:decision', 'type:adapter', 'type:testing'] },
            { sourceTag: 'type:controller', onlyDependOnLibsWithTags: [...anyLayer, 'type:testing'] },
            { sourceTag: 'type:testing', onlyDependOnLibsWithTags: anyLayer },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: [...anyLayer, 'type:testing'] },
            { sourceTag: 'type:process', onlyDependOnLibsWithTags: [...anyLayer, 'type:app', 'type:sample', 'type:testing'] },
            // What people look at knows the API by its schema alone; the kit knows not even that.
            { sourceTag: 'type:ui', onlyDependOnLibsWithTags: ['type:ui-kit'] },
            { sourceTag: 'type:ui-kit', onlyDependOnLibsWithTags: ['type:ui-kit'] },
            { sourceTag: 'type:sample', onlyDependOnLibsWithTags: ['type:testing'] },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: [...anyLayer, 'type:app', 'type:process', 'type:sample', 'type:testing'] },
            // Capabilities meet in Kubernetes objects or in an app, never in an import.
            { sourceTag: 'scope:mesh', onlyDependOnLibsWithTags: ['scope:mesh', 'scope:platform'] },
            { sourceTag: 'scope:delivery', onlyDependOnLibsWithTags: ['scope:delivery', 'scope:platform'] },
            { sourceTag: 'scope:serving', onlyDependOnLibsWithTags: ['scope:serving', 'scope:platform'] },
            { sourceTag: 'scope:tenancy', onlyDependOnLibsWithTags: ['scope:tenancy', 'scope:platform'] },
            { sourceTag: 'scope:identity', onlyDependOnLibsWithTags: ['scope:identity', 'scope:platform'] },
            { sourceTag: 'scope:telemetry', onlyDependOnLibsWithTags: ['scope:telemetry', 'scope:platform'] },
            { sourceTag: 'scope:embedded', onlyDependOnLibsWithTags: ['scope:embedded', 'scope:platform'] },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['libs/kube/**'],
    rules: { 'no-restricted-imports': ['error', { paths: [{ name: '@kubernetes/client-node', message: 'Only @tidegate/kube imports the Kubernetes client.' }] }] },
  },
];
