import type { ServingConfig } from '@tidegate/serving-config';

/** What the cluster is, beside what its operators have set. */
export interface ServingPlatform {
  /** Who knows which digest a tag stands for: a registry is asked before pods are made, or the node says what it started. */
  digestsFrom: 'registry' | 'node';
  /** Ports that URLs of public hosts carry, where they are not the scheme's own. */
  externalPorts?: { http?: number; https?: number };
}

export interface Settings {
  config: ServingConfig;
  platform: ServingPlatform;
}
