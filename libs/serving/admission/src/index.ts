export { type FieldError, type FieldErrors, messagesOf } from './field-errors.js';
export { type Json, type JsonObject } from './json.js';
export { type ServingKind, type ServingObject, isServingKind, readServingObject } from './serving-object.js';
export { type DefaultedObject, defaultServingObject } from './default-object.js';
export { validateServingObject } from './validate-object.js';
export { reviewConfigMap } from './review-config-map.js';
