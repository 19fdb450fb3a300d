import { Module } from '@nestjs/common';
import { PlatformResolver } from './platform.resolver.js';

@Module({ providers: [PlatformResolver] })
export class PlatformModule {}
