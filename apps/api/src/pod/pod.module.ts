import { Module } from '@nestjs/common';
import { ServiceModule } from '../service/service.module.js';
import { PodResolver } from './pod.resolver.js';
import { PodService } from './pod.service.js';

@Module({ imports: [ServiceModule], providers: [PodService, PodResolver] })
export class PodModule {}
