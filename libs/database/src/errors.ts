import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  DB_UNREACHABLE: 'The database does not answer.',
  DB_MIGRATION_FAILED: 'A change of the database schema failed.',
  DB_NEWER: 'The database was made by a newer Tidegate.',
  DB_EMBEDDED_UNSUPPORTED: 'PostgreSQL cannot run embedded on this machine.',
  DB_EMBEDDED_FAILED: 'The embedded PostgreSQL could not be set up.',
  DB_EMBEDDED_VERSION: 'The data was written by another major version of PostgreSQL.',
  DB_BACKUP_UNREADABLE: 'The file is not a backup of Tidegate, or is not whole.',
  DB_BACKUP_MISFIT: 'The backup was made with another schema than the database has.',
  DB_RESTORE_NOT_EMPTY: 'The database that a backup should be restored into is not empty.',
});
