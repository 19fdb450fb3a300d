export { AdmissionWebhookConfig } from './config.js';
export { type AdmissionWebhookOptions, startAdmissionWebhook } from './start-admission-webhook.js';
