import { Module } from '@nestjs/common';
import { ReleaseResolver } from './release.resolver.js';
import { ReleaseService } from './release.service.js';

@Module({ providers: [ReleaseResolver, ReleaseService] })
export class ReleaseModule {}
