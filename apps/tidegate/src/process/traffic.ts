import { startActivator } from '@tidegate/activator';
import { startAutoscaler } from '@tidegate/autoscaler';
import { connect } from '@tidegate/kube';
import { startMesh } from '@tidegate/mesh-controller';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { TrafficConfig } from './config.js';
import { runProcess } from './run-process.js';

/** Everything that answers Envoy, and the autoscaler, which lives on what Envoy tells, away from the event loops of the API and the pods. */
await runProcess('traffic', TrafficConfig, async (config, frame) => {
  const at = (socket: string) => ({ socket });
  const sockets = { listen: at(config.telemetrySocket), signals: at(config.signalsSocket) };
  const telemetry = await startTelemetry(frame.context('telemetry'), sockets);
  frame.add(telemetry);
  const { requestEvents } = telemetry;
  const client = await connect({ kubeconfigPath: config.kubeconfig });
  const listen = at(config.xdsSocket);
  frame.add(await startMesh(frame.context('mesh'), { client, listen, mode: 'embedded', installKinds: false }));
  const autoscalerClient = await connect({ kubeconfigPath: config.autoscalerKubeconfig });
  const autoscaler = await startAutoscaler(frame.context('autoscaler'), { client: autoscalerClient, requestEvents, identity: 'embedded' });
  frame.add(autoscaler);
  const activatorClient = await connect({ kubeconfigPath: config.activatorKubeconfig });
  const forHolds = { client: activatorClient, listen: at(config.activatorSocket), wake: autoscaler, requestEvents };
  frame.add(await startActivator(frame.context('activator'), forHolds));
});
