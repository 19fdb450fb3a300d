export { type TenancyOptions, startTenancy } from './start-tenancy.js';
