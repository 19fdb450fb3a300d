// One program, four services: `node main.mjs productpage|details|reviews|ratings`. No dependencies.
import { readSettings } from './settings.mjs';
import { startServer } from './server.mjs';
import { details } from './services/details.mjs';
import { productpage } from './services/productpage.mjs';
import { ratings } from './services/ratings.mjs';
import { reviews } from './services/reviews.mjs';

const services = { details, productpage, ratings, reviews };
const name = process.argv[2] ?? process.env.SERVICE ?? '';
const service = Object.hasOwn(services, name) ? services[/** @type {keyof typeof services} */ (name)] : undefined;
if (!service) {
  console.error(`Which service? node main.mjs ${Object.keys(services).join('|')}`);
  process.exit(2);
}
try {
  const settings = readSettings(name, process.env);
  await startServer(settings, service(settings));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
