import type { Service } from '@tidegate/kube';
import {
  CONFIGURATION_LABEL,
  ENDPOINT_LABEL,
  MESH_SERVICE_LABEL,
  MESH_VERSION_LABEL,
  REVISION_SERVICE_PORT,
  REVISION_UID_LABEL,
  SERVICE_LABEL,
  USER_PORT_NAME,
  type Revision,
} from '@tidegate/serving-contract';
import { withAppliedHash } from '../drift.js';
import { childMetadata } from './child-metadata.js';
import { protocolOf } from './containers.js';

/** Address of a Revision's pods, without those that are parked. The mesh's labels name it in routes and telemetry. */
export function desiredRevisionService(revision: Revision): Service {
  const { name = '', uid = '', labels } = revision.metadata ?? {};
  const metadata = childMetadata(revision, name);
  const ofService = labels?.[SERVICE_LABEL] ?? labels?.[CONFIGURATION_LABEL] ?? name;
  return withAppliedHash({
    metadata: { ...metadata, labels: { ...metadata.labels, [MESH_SERVICE_LABEL]: ofService, [MESH_VERSION_LABEL]: name } },
    spec: {
      type: 'ClusterIP',
      selector: { [REVISION_UID_LABEL]: uid, [ENDPOINT_LABEL]: 'true' },
      ports: [
        {
          name: 'http',
          port: REVISION_SERVICE_PORT,
          protocol: 'TCP',
          targetPort: USER_PORT_NAME,
          ...(protocolOf(revision) === 'h2c' ? { appProtocol: 'kubernetes.io/h2c' } : {}),
        },
      ],
    },
  });
}
