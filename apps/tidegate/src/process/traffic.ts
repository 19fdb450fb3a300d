import { startActivator } from '@tidegate/activator';
import { startAutoscaler } from '@tidegate/autoscaler';
import { connect } from '@tidegate/kube';
import { startMesh } from '@tidegate/mesh-controller';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { TrafficConfig } from './config.js';
import { runProcess } from './run-process.js';

/** Everything that answers Envoy, and the autoscaler, which lives on what Envoy tells, away from the event loops of the API and the pods. */
await runProcess('traffic', TrafficConfig, async (config, frame) => {
  const { telemetrySocket, signalsSocket, xdsSocket, activatorSocket: socket } = config;
  const telemetry = await startTelemetry(frame.context('telemetry'), { telemetrySocket, signalsSocket });
  frame.add(telemetry);
  const { requestEvents } = telemetry;
  const client = await connect({ kubeconfigPath: config.kubeconfig });
  frame.add(await startMesh(frame.context('mesh'), { client, xdsSocket, mode: 'embedded', installKinds: false }));
  const autoscalerClient = await connect({ kubeconfigPath: config.autoscalerKubeconfig });
  const autoscaler = await startAutoscaler(frame.context('autoscaler'), { client: autoscalerClient, requestEvents, identity: 'embedded' });
  frame.add(autoscaler);
  const activatorClient = await connect({ kubeconfigPath: config.activatorKubeconfig });
  frame.add(await startActivator(frame.context('activator'), { client: activatorClient, socket, wake: autoscaler, requestEvents }));
});
