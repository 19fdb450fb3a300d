import type { KubeObject } from '@tidegate/kube';
import { z } from 'zod';
import { addressSchema, conditionsField, int64Field, observedGenerationField, statusAnnotationsField } from './fields.js';

export const trafficTargetSchema = z.object({
  tag: z.string().optional().describe('Gives the target a host of its own, TAG-ROUTE.'),
  revisionName: z.string().optional().describe('This Revision, whatever comes after it.'),
  configurationName: z.string().optional().describe("The Configuration's newest Revision that is ready."),
  latestRevision: z.boolean().optional().describe('Whether traffic moves on to newer Revisions by itself.'),
  percent: int64Field.optional().describe('Share of the traffic; those of all targets make 100.'),
  url: z.string().optional().describe("Status only: the tag's own address."),
});
export type TrafficTarget = z.output<typeof trafficTargetSchema>;

export const trafficField = z.array(trafficTargetSchema).optional();

export const routeSpecSchema = z.object({ traffic: trafficField }).describe('Which Revisions answer at an address, and with which share.');
export type RouteSpec = z.output<typeof routeSpecSchema>;

export const routeStatusFields = {
  url: z.string().optional().describe('The address for people.'),
  address: addressSchema.optional().describe('The address inside the cluster.'),
  traffic: z.array(trafficTargetSchema).optional().describe('The traffic as it is now, newest Revisions by name.'),
};
export const routeStatusSchema = z.object({
  observedGeneration: observedGenerationField,
  annotations: statusAnnotationsField,
  conditions: conditionsField,
  ...routeStatusFields,
});
export type RouteStatus = z.output<typeof routeStatusSchema>;

export interface Route extends KubeObject {
  spec: RouteSpec;
  status?: RouteStatus;
}
