export { ReviewedRights, refusal } from './reviewed-rights.js';
