import { Module } from '@nestjs/common';
import { TenancyResolver } from './tenancy.resolver.js';
import { TenancyService } from './tenancy.service.js';

@Module({ providers: [TenancyService, TenancyResolver] })
export class TenancyModule {}
