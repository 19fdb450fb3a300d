import { connect } from '@tidegate/kube';
import { startMesh } from '@tidegate/mesh-controller';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { TrafficConfig } from './config.js';
import { runProcess } from './run-process.js';

/** Everything that answers Envoy, away from the event loops of the API and the pods. */
await runProcess('traffic', TrafficConfig, async (config, frame) => {
  frame.add(
    await startTelemetry(frame.context('telemetry'), { telemetrySocket: config.telemetrySocket, signalsSocket: config.signalsSocket }),
  );
  const client = await connect({ kubeconfigPath: config.kubeconfig });
  frame.add(await startMesh(frame.context('mesh'), { client, xdsSocket: config.xdsSocket, mode: 'embedded', installKinds: false }));
});
