import { fileURLToPath } from 'node:url';

/** What `tidegate image build` takes. */
export const helloImageFolder = fileURLToPath(new URL('../app/', import.meta.url));
/** hello.yaml: the namespace `sample` and the Knative Service. */
export const helloManifestsFolder = fileURLToPath(new URL('../manifests/', import.meta.url));
/** The image's name and tag, as manifests write it. */
export const HELLO_IMAGE = 'tidegate.dev/samples/hello:1.0.0';
