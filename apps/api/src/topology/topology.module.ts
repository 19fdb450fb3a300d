import { Module } from '@nestjs/common';
import { ServiceModule } from '../service/service.module.js';
import { TopologyResolver } from './topology.resolver.js';
import { TopologyService } from './topology.service.js';

@Module({ imports: [ServiceModule], providers: [TopologyService, TopologyResolver] })
export class TopologyModule {}
