import { Module } from '@nestjs/common';
import { ObjectModule } from '../object/object.module.js';
import { ApplicationResolver } from './application.resolver.js';
import { ApplicationService } from './application.service.js';

@Module({ imports: [ObjectModule], providers: [ApplicationService, ApplicationResolver] })
export class ApplicationModule {}
