import { Module } from '@nestjs/common';
import { ServiceCatalog } from './service-catalog.js';
import { ServiceChanges } from './service-changes.js';
import { ServiceResolver } from './service.resolver.js';

@Module({ providers: [ServiceCatalog, ServiceChanges, ServiceResolver], exports: [ServiceCatalog] })
export class ServiceModule {}
