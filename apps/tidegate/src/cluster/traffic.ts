import { startActivator } from '@tidegate/activator';
import { startAutoscaler } from '@tidegate/autoscaler';
import { connect } from '@tidegate/kube';
import { startMesh } from '@tidegate/mesh-controller';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import { runProcess } from '../process/run-process.js';
import { ClusterTrafficConfig } from './config.js';
import { podAddress, podHost, podName } from './pod-host.js';

/** In a cluster: everything that answers proxies, and the autoscaler. It also makes the pods of proxies. */
await runProcess(
  'traffic',
  ClusterTrafficConfig,
  async (config, frame) => {
    const { namespace, kubeconfig: kubeconfigPath, peers } = config;
    const telemetry = await startTelemetry(frame.context('telemetry'), { listen: config.telemetry, signals: config.signals });
    frame.add(telemetry);
    const { requestEvents } = telemetry;
    const client = await connect({ kubeconfigPath, fieldManager: 'tidegate-mesh' });
    const mesh = { client, listen: config.mesh, mode: 'kubernetes' as const, namespace, proxyPods: config.gateways, lease: { namespace } };
    frame.add(await startMesh(frame.context('mesh'), mesh));
    const among = (listenPort: number) =>
      peers
        ? { peers: { listen: { host: peers.host, port: listenPort, tls: peers.tls }, host: podAddress(), leaseNamespace: namespace } }
        : {};
    const autoscaler = await startAutoscaler(frame.context('autoscaler'), {
      client,
      requestEvents,
      identity: podName(),
      ...among(peers?.port ?? 0),
    });
    frame.add(autoscaler);
    const forHolds = { client, listen: config.activator, wake: autoscaler, requestEvents, ...among(peers?.holdsPort ?? 0) };
    frame.add(await startActivator(frame.context('activator'), forHolds));
  },
  podHost('traffic'),
);
