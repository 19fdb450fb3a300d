import { Counter, Histogram, type Registry } from 'prom-client';

export interface MeshMetrics {
  buildSeconds: Histogram;
  statusWrites: Counter<'result'>;
}

export function createMeshMetrics(registry: Registry): MeshMetrics {
  const registers = [registry];
  return {
    buildSeconds: new Histogram({
      name: 'tidegate_mesh_build_seconds',
      help: 'From objects to a published snapshot',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    statusWrites: new Counter({
      name: 'tidegate_mesh_status_writes_total',
      help: 'Writes of status by result',
      labelNames: ['result'],
      registers,
    }),
  };
}
