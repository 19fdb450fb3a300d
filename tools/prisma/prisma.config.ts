import { defineConfig } from 'prisma/config';

/** Where Prisma finds what it works on; a URL is needed only by commands that look at a database. */
export default defineConfig({
  schema: '../../libs/database/prisma/schema.prisma',
  migrations: { path: '../../libs/database/prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/none' },
});
