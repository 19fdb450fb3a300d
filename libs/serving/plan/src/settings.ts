/** The part of the config maps that plans depend on, with defaults filled in. */
export interface RevisionSettings {
  /** Pods of a new Revision; its own annotation goes before it. */
  initialScale: number;
  minScale: number;
  podAutoscalerClass: string;
  progressDeadlineSeconds: number;
  enableServiceLinks: boolean;
  /** Prefer to spread a Revision's pods over nodes when the user gave no affinity. */
  spreadOverNodes: boolean;
  /** A pod that finds no node is waited for: nodes come by themselves. */
  podIsAlwaysSchedulable: boolean;
  /** Probes may name other ports than the one that serves. */
  multiContainerProbing: boolean;
  /** Seconds; for Revisions that admission has not filled in. */
  timeoutSeconds: number;
  registriesSkippingTagResolving: readonly string[];
  /** Who knows which digest a tag stands for: a registry is asked before pods are made, or the node says what it started. */
  digestsFrom: 'registry' | 'node';
}

export interface DomainSetting {
  domain: string;
  /** Labels that a Route must have; none for the default domain. */
  selector: Readonly<Record<string, string>>;
}

export interface RouteSettings {
  domains: readonly DomainSetting[];
  domainTemplate: string;
  tagTemplate: string;
  clusterDomain: string;
  externalScheme: 'http' | 'https';
  /** Port that URLs of public hosts carry, where it is not the scheme's own. */
  externalPort?: number;
  /** Seconds; 0 moves traffic at once. */
  rolloutDurationSeconds: number;
  tagHeaderRouting: boolean;
  externalDomainTls: boolean;
  autocreateDomainClaims: boolean;
}

export interface CollectionSettings {
  /** Milliseconds; undefined is "disabled". */
  retainSinceCreateMs?: number;
  retainSinceLastActiveMs?: number;
  minNonActive: number;
  /** undefined is "disabled". */
  maxNonActive?: number;
}
