import { fileURLToPath } from 'node:url';

/** What `tidegate image build` takes. */
export const imageFolder = fileURLToPath(new URL('../app/', import.meta.url));
/** bookinfo.yaml, gateway.yaml, versions/reviews-v2.yaml, versions/reviews-v3.yaml. */
export const manifestsFolder = fileURLToPath(new URL('../manifests/', import.meta.url));
