import { startActivator } from '@tidegate/activator';
import { connect } from '@tidegate/kube';
import { startMesh } from '@tidegate/mesh-controller';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { TrafficConfig } from './config.js';
import { firstPod } from './first-pod.js';
import { runProcess } from './run-process.js';

/** Everything that answers Envoy, away from the event loops of the API and the pods. */
await runProcess('traffic', TrafficConfig, async (config, frame) => {
  const { telemetrySocket, signalsSocket } = config;
  const telemetry = await startTelemetry(frame.context('telemetry'), { telemetrySocket, signalsSocket });
  frame.add(telemetry);
  const client = await connect({ kubeconfigPath: config.kubeconfig });
  frame.add(await startMesh(frame.context('mesh'), { client, xdsSocket: config.xdsSocket, mode: 'embedded', installKinds: false }));
  const activatorClient = await connect({ kubeconfigPath: config.activatorKubeconfig });
  const context = frame.context('activator');
  frame.add(
    await startActivator(context, {
      client: activatorClient,
      socket: config.activatorSocket,
      wake: firstPod(activatorClient, context.log),
      requestEvents: telemetry.requestEvents,
    }),
  );
});
