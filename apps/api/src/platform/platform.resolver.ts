import { Inject } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { CurrentCaller } from '../edge/caller.js';
import { requireRight } from '../edge/visible.js';
import { PlatformHealth } from './platform.types.js';
import { partsOfDeployments, toPlatformHealth } from './to-platform-health.js';

/** No object of Kubernetes: RBAC decides on a resource of this name. */
const HEALTH = { group: 'platform.tidegate.dev', resource: 'health', verb: 'get' };

@Resolver()
export class PlatformResolver {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Query(() => PlatformHealth)
  async platform(@CurrentCaller() caller: Caller): Promise<PlatformHealth> {
    await requireRight(this.ports.rights, caller, HEALTH);
    const { caches, people, platformParts } = this.ports;
    const parts = platformParts ? await platformParts() : partsOfDeployments(caches.deployments.list());
    return toPlatformHealth({ parts, gateways: caches.gateways.list(), nodes: caches.nodes.list(), database: { isConfigured: people.isConfigured, isOpen: people.hasDatabase } });
  }
}
