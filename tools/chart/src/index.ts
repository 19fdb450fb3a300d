export { rightsFile } from './rights-file.js';
export { findHelm } from './helm.js';
