export const CONFIGURATION_KINDS = ['ConfigMap', 'Secret'] as const;
export type ConfigurationKind = (typeof CONFIGURATION_KINDS)[number];

export const isConfigurationKind = (word: string): word is ConfigurationKind => CONFIGURATION_KINDS.some((kind) => kind === word);
