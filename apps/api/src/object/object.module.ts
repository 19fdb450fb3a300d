import { Module } from '@nestjs/common';
import { FindObjects } from './find-objects.js';
import { ObjectResolver } from './object.resolver.js';
import { ObjectService } from './object.service.js';

@Module({ providers: [FindObjects, ObjectService, ObjectResolver], exports: [FindObjects] })
export class ObjectModule {}
