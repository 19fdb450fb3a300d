/* Made by codegen.mjs from the schema and the documents; not edited by hand. */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type ActOnReleaseInput = {
  action: ReleaseAction;
  name: string;
  namespace: string;
  /** Kept with the release: why it was done. At most 500 characters. */
  reason?: string | null | undefined;
};

/** What the evidence of one metric proves so far. */
export type MetricFinding = 'BETTER' | 'OPEN' | 'SUSPECT' | 'TOLERATED' | 'WORSE';

/** What a person may do with a running release. */
export type ReleaseAction = 'ABORT' | 'PAUSE' | 'PROMOTE' | 'RESUME' | 'ROLLBACK';

export type StepState = 'AHEAD' | 'DONE' | 'NOW';

export type ReleaseDetailFragment = {
  strategy: string;
  live: string | null;
  id: string;
  namespace: string;
  name: string;
  service: string;
  type: string;
  phase: string;
  finished: boolean;
  principal: string;
  candidate: string;
  weight: number;
  startedAt: string | null;
  endedAt: string | null;
  verdict: string | null;
  why: string;
  metrics: Array<{
    name: string;
    candidate: string;
    principal: string;
    interval: string;
    state: string;
    finding: MetricFinding;
    bounds: { atLeast: number | null; atMost: number | null; equal: number; tolerated: number };
  }>;
  steps: Array<{ index: number; weight: number; state: StepState; text: string }>;
  history: Array<{ at: string; reason: string; text: string; weight: number | null; by: string | null }>;
  can: Array<{ action: ReleaseAction; allowed: boolean; because: string | null }>;
};

export type SecondFragment = {
  second: number;
  gap: string | null;
  versions: Array<{ version: string; rule: string; requests: number; failed: number; p50Ms: number | null; p99Ms: number | null }>;
};

export type LiveReleaseSubscriptionVariables = Exact<{
  namespace: string;
  name: string;
}>;

export type LiveReleaseSubscription = {
  release: {
    strategy: string;
    live: string | null;
    id: string;
    namespace: string;
    name: string;
    service: string;
    type: string;
    phase: string;
    finished: boolean;
    principal: string;
    candidate: string;
    weight: number;
    startedAt: string | null;
    endedAt: string | null;
    verdict: string | null;
    why: string;
    metrics: Array<{
      name: string;
      candidate: string;
      principal: string;
      interval: string;
      state: string;
      finding: MetricFinding;
      bounds: { atLeast: number | null; atMost: number | null; equal: number; tolerated: number };
    }>;
    steps: Array<{ index: number; weight: number; state: StepState; text: string }>;
    history: Array<{ at: string; reason: string; text: string; weight: number | null; by: string | null }>;
    can: Array<{ action: ReleaseAction; allowed: boolean; because: string | null }>;
  } | null;
};

export type RecentSignalsQueryVariables = Exact<{
  namespace: string;
  service: string;
  seconds: number;
}>;

export type RecentSignalsQuery = {
  signals: Array<{
    second: number;
    gap: string | null;
    versions: Array<{ version: string; rule: string; requests: number; failed: number; p50Ms: number | null; p99Ms: number | null }>;
  }>;
};

export type SignalSecondsSubscriptionVariables = Exact<{
  namespace: string;
  service: string;
}>;

export type SignalSecondsSubscription = {
  signals: {
    second: number;
    gap: string | null;
    versions: Array<{ version: string; rule: string; requests: number; failed: number; p50Ms: number | null; p99Ms: number | null }>;
  };
};

export type ActOnReleaseMutationVariables = Exact<{
  input: ActOnReleaseInput;
}>;

export type ActOnReleaseMutation = { actOnRelease: { id: string } };

export type ReleaseRowFragment = {
  id: string;
  namespace: string;
  name: string;
  service: string;
  type: string;
  phase: string;
  finished: boolean;
  principal: string;
  candidate: string;
  weight: number;
  startedAt: string | null;
  endedAt: string | null;
  verdict: string | null;
  why: string;
};

export type ReleasesSubscriptionVariables = Exact<{
  namespace?: string | null | undefined;
}>;

export type ReleasesSubscription = {
  releases: Array<{
    id: string;
    namespace: string;
    name: string;
    service: string;
    type: string;
    phase: string;
    finished: boolean;
    principal: string;
    candidate: string;
    weight: number;
    startedAt: string | null;
    endedAt: string | null;
    verdict: string | null;
    why: string;
  }>;
};

export const ReleaseRowFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'ReleaseRow' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'ReleaseObject' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'namespace' } },
          { kind: 'Field', name: { kind: 'Name', value: 'name' } },
          { kind: 'Field', name: { kind: 'Name', value: 'service' } },
          { kind: 'Field', name: { kind: 'Name', value: 'type' } },
          { kind: 'Field', name: { kind: 'Name', value: 'phase' } },
          { kind: 'Field', name: { kind: 'Name', value: 'finished' } },
          { kind: 'Field', name: { kind: 'Name', value: 'principal' } },
          { kind: 'Field', name: { kind: 'Name', value: 'candidate' } },
          { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
          { kind: 'Field', name: { kind: 'Name', value: 'startedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'endedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'verdict' } },
          { kind: 'Field', name: { kind: 'Name', value: 'why' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ReleaseRowFragment, unknown>;
export const ReleaseDetailFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'ReleaseDetail' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'ReleaseObject' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'FragmentSpread', name: { kind: 'Name', value: 'ReleaseRow' } },
          { kind: 'Field', name: { kind: 'Name', value: 'strategy' } },
          { kind: 'Field', name: { kind: 'Name', value: 'live' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'metrics' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                { kind: 'Field', name: { kind: 'Name', value: 'candidate' } },
                { kind: 'Field', name: { kind: 'Name', value: 'principal' } },
                { kind: 'Field', name: { kind: 'Name', value: 'interval' } },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'finding' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'bounds' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'atLeast' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'atMost' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'equal' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'tolerated' } },
                    ],
                  },
                },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'steps' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'index' } },
                { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'text' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'history' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'at' } },
                { kind: 'Field', name: { kind: 'Name', value: 'reason' } },
                { kind: 'Field', name: { kind: 'Name', value: 'text' } },
                { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
                { kind: 'Field', name: { kind: 'Name', value: 'by' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'can' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'action' } },
                { kind: 'Field', name: { kind: 'Name', value: 'allowed' } },
                { kind: 'Field', name: { kind: 'Name', value: 'because' } },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'ReleaseRow' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'ReleaseObject' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'namespace' } },
          { kind: 'Field', name: { kind: 'Name', value: 'name' } },
          { kind: 'Field', name: { kind: 'Name', value: 'service' } },
          { kind: 'Field', name: { kind: 'Name', value: 'type' } },
          { kind: 'Field', name: { kind: 'Name', value: 'phase' } },
          { kind: 'Field', name: { kind: 'Name', value: 'finished' } },
          { kind: 'Field', name: { kind: 'Name', value: 'principal' } },
          { kind: 'Field', name: { kind: 'Name', value: 'candidate' } },
          { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
          { kind: 'Field', name: { kind: 'Name', value: 'startedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'endedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'verdict' } },
          { kind: 'Field', name: { kind: 'Name', value: 'why' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ReleaseDetailFragment, unknown>;
export const SecondFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Second' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SignalSecond' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'second' } },
          { kind: 'Field', name: { kind: 'Name', value: 'gap' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'versions' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'version' } },
                { kind: 'Field', name: { kind: 'Name', value: 'rule' } },
                { kind: 'Field', name: { kind: 'Name', value: 'requests' } },
                { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
                { kind: 'Field', name: { kind: 'Name', value: 'p50Ms' } },
                { kind: 'Field', name: { kind: 'Name', value: 'p99Ms' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SecondFragment, unknown>;
export const LiveReleaseDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'subscription',
      name: { kind: 'Name', value: 'LiveRelease' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'release' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'namespace' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'name' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'ReleaseDetail' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'ReleaseRow' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'ReleaseObject' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'namespace' } },
          { kind: 'Field', name: { kind: 'Name', value: 'name' } },
          { kind: 'Field', name: { kind: 'Name', value: 'service' } },
          { kind: 'Field', name: { kind: 'Name', value: 'type' } },
          { kind: 'Field', name: { kind: 'Name', value: 'phase' } },
          { kind: 'Field', name: { kind: 'Name', value: 'finished' } },
          { kind: 'Field', name: { kind: 'Name', value: 'principal' } },
          { kind: 'Field', name: { kind: 'Name', value: 'candidate' } },
          { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
          { kind: 'Field', name: { kind: 'Name', value: 'startedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'endedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'verdict' } },
          { kind: 'Field', name: { kind: 'Name', value: 'why' } },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'ReleaseDetail' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'ReleaseObject' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'FragmentSpread', name: { kind: 'Name', value: 'ReleaseRow' } },
          { kind: 'Field', name: { kind: 'Name', value: 'strategy' } },
          { kind: 'Field', name: { kind: 'Name', value: 'live' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'metrics' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                { kind: 'Field', name: { kind: 'Name', value: 'candidate' } },
                { kind: 'Field', name: { kind: 'Name', value: 'principal' } },
                { kind: 'Field', name: { kind: 'Name', value: 'interval' } },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'finding' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'bounds' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'atLeast' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'atMost' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'equal' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'tolerated' } },
                    ],
                  },
                },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'steps' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'index' } },
                { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
                { kind: 'Field', name: { kind: 'Name', value: 'state' } },
                { kind: 'Field', name: { kind: 'Name', value: 'text' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'history' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'at' } },
                { kind: 'Field', name: { kind: 'Name', value: 'reason' } },
                { kind: 'Field', name: { kind: 'Name', value: 'text' } },
                { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
                { kind: 'Field', name: { kind: 'Name', value: 'by' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'can' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'action' } },
                { kind: 'Field', name: { kind: 'Name', value: 'allowed' } },
                { kind: 'Field', name: { kind: 'Name', value: 'because' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LiveReleaseSubscription, LiveReleaseSubscriptionVariables>;
export const RecentSignalsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'RecentSignals' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'service' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'seconds' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'signals' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'namespace' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'service' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'service' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'seconds' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'seconds' } },
              },
            ],
            selectionSet: { kind: 'SelectionSet', selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Second' } }] },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Second' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SignalSecond' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'second' } },
          { kind: 'Field', name: { kind: 'Name', value: 'gap' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'versions' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'version' } },
                { kind: 'Field', name: { kind: 'Name', value: 'rule' } },
                { kind: 'Field', name: { kind: 'Name', value: 'requests' } },
                { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
                { kind: 'Field', name: { kind: 'Name', value: 'p50Ms' } },
                { kind: 'Field', name: { kind: 'Name', value: 'p99Ms' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<RecentSignalsQuery, RecentSignalsQueryVariables>;
export const SignalSecondsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'subscription',
      name: { kind: 'Name', value: 'SignalSeconds' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'service' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'signals' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'namespace' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'service' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'service' } },
              },
            ],
            selectionSet: { kind: 'SelectionSet', selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Second' } }] },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Second' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SignalSecond' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'second' } },
          { kind: 'Field', name: { kind: 'Name', value: 'gap' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'versions' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'version' } },
                { kind: 'Field', name: { kind: 'Name', value: 'rule' } },
                { kind: 'Field', name: { kind: 'Name', value: 'requests' } },
                { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
                { kind: 'Field', name: { kind: 'Name', value: 'p50Ms' } },
                { kind: 'Field', name: { kind: 'Name', value: 'p99Ms' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SignalSecondsSubscription, SignalSecondsSubscriptionVariables>;
export const ActOnReleaseDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'ActOnRelease' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'input' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ActOnReleaseInput' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'actOnRelease' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'input' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'input' } },
              },
            ],
            selectionSet: { kind: 'SelectionSet', selections: [{ kind: 'Field', name: { kind: 'Name', value: 'id' } }] },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ActOnReleaseMutation, ActOnReleaseMutationVariables>;
export const ReleasesDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'subscription',
      name: { kind: 'Name', value: 'Releases' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'releases' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'namespace' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'namespace' } },
              },
            ],
            selectionSet: { kind: 'SelectionSet', selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'ReleaseRow' } }] },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'ReleaseRow' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'ReleaseObject' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'namespace' } },
          { kind: 'Field', name: { kind: 'Name', value: 'name' } },
          { kind: 'Field', name: { kind: 'Name', value: 'service' } },
          { kind: 'Field', name: { kind: 'Name', value: 'type' } },
          { kind: 'Field', name: { kind: 'Name', value: 'phase' } },
          { kind: 'Field', name: { kind: 'Name', value: 'finished' } },
          { kind: 'Field', name: { kind: 'Name', value: 'principal' } },
          { kind: 'Field', name: { kind: 'Name', value: 'candidate' } },
          { kind: 'Field', name: { kind: 'Name', value: 'weight' } },
          { kind: 'Field', name: { kind: 'Name', value: 'startedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'endedAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'verdict' } },
          { kind: 'Field', name: { kind: 'Name', value: 'why' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ReleasesSubscription, ReleasesSubscriptionVariables>;
