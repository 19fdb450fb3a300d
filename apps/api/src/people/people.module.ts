import { Module } from '@nestjs/common';
import { MeResolver, PeopleResolver } from './people.resolver.js';
import { PeopleService } from './people.service.js';

@Module({ providers: [MeResolver, PeopleResolver, PeopleService] })
export class PeopleModule {}
