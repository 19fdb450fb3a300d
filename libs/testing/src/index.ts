export { waitFor } from './wait-for.js';
export { golden } from './golden.js';
export {
  ScriptedTransport,
  ScriptedWatch,
  refusal,
  type ScriptedAnswer,
  type ScriptedFrame,
  type ScriptedRequest,
} from './scripted-transport.js';
export { ScriptedStore } from './scripted-store.js';
