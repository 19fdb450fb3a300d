export { type AdmissionWebhookOptions, startAdmissionWebhook } from './start-admission-webhook.js';
