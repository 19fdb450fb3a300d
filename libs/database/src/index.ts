export { type BackupSummary, backUp, restore } from './backup.js';
export { type PreparePostgresOptions, type PreparedPostgres, embeddedAddress, preparePostgres } from './embedded/prepare-postgres.js';
export { AccountKind, AuditResult, Prisma, PrismaClient } from './generated/client.js';
export { type Database, type DatabaseAddress, type OpenDatabaseOptions, openDatabase } from './open-database.js';
