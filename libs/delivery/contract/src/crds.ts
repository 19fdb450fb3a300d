import { crdFor, type CustomResourceDefinition } from '@tidegate/kube';
import { releases, strategies } from './kinds.js';
import { releaseSpecSchema, releaseStatusSchema } from './release.js';
import { strategySpecSchema, strategyStatusSchema } from './strategy.js';

/** The CustomResourceDefinitions of this capability, made from the same schemas as types and admission. */
export function deliveryCrds(): CustomResourceDefinition[] {
  return [strategyCrd(), releaseCrd()];
}

function strategyCrd(): CustomResourceDefinition {
  return crdFor({
    kind: strategies,
    description: 'How new versions of one Service are released: how traffic moves, and what counts as good.',
    shortNames: ['strat'],
    categories: ['tidegate'],
    schema: strategySpecSchema,
    statusSchema: strategyStatusSchema,
    columns: [
      { name: 'Service', type: 'string', jsonPath: '.spec.service' },
      { name: 'Type', type: 'string', jsonPath: '.spec.type' },
      { name: 'Serving', type: 'string', jsonPath: '.status.promoted' },
      { name: 'Candidate', type: 'string', jsonPath: '.spec.candidate' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
      { name: 'Weight', type: 'number', jsonPath: '.status.weight' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  });
}

function releaseCrd(): CustomResourceDefinition {
  return crdFor({
    kind: releases,
    description: 'One release of a candidate under a Strategy: made by the platform, with every step and the verdict.',
    shortNames: ['rel'],
    categories: ['tidegate'],
    schema: releaseSpecSchema,
    statusSchema: releaseStatusSchema,
    columns: [
      { name: 'Strategy', type: 'string', jsonPath: '.spec.strategy' },
      { name: 'From', type: 'string', jsonPath: '.spec.principal' },
      { name: 'To', type: 'string', jsonPath: '.spec.candidate' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
      { name: 'Reason', type: 'string', jsonPath: '.status.reason' },
      { name: 'Weight', type: 'number', jsonPath: '.status.weight' },
      { name: 'Verdict', type: 'string', jsonPath: '.status.verdict.verdict' },
      { name: 'Live', type: 'string', jsonPath: '.status.live', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  });
}
