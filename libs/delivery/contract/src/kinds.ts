import { defineKind } from '@tidegate/kube';
import { DELIVERY_GROUP, DELIVERY_VERSION } from './names.js';
import type { Release } from './release.js';
import type { Strategy } from './strategy.js';

const delivery = { group: DELIVERY_GROUP, version: DELIVERY_VERSION, namespaced: true } as const;
export const strategies = defineKind<Strategy>({ ...delivery, kind: 'Strategy', plural: 'strategies' });
export const releases = defineKind<Release>({ ...delivery, kind: 'Release', plural: 'releases' });
