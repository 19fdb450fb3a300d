export { type ApiOptions, startApi } from './start-api.js';
