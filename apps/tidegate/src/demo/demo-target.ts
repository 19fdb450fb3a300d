import { type KubeClient } from '@tidegate/kube';
import type { SampleProgram } from './sample-program.js';

/** Where a demo runs: the instance of this machine, or a cluster. */
export interface DemoTarget {
  client: KubeClient;
  /** How the pods of the sample `hello` are run here. */
  hello: SampleProgram;
  /** Sees to it that the sample bookinfo is there; answers what takes it away again, if this demo brought it. Throws CLI_DEMO_NOT_POSSIBLE. */
  loadBookinfo(say: (line: string) => void): Promise<() => Promise<void>>;
  /** Before pods of a namespace that the demo has made can pull their image. */
  prepareNamespace(namespace: string): Promise<void>;
  /** http://address:port of a Gateway, as this machine reaches it. Throws CLI_DEMO_NOT_POSSIBLE. */
  gatewayOf(namespace: string, name: string): Promise<string>;
  /** Where the controllers say what is wrong. */
  logs: string;
}
