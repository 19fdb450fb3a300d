import { X509Certificate } from 'node:crypto';
import { waitFor } from '@tidegate/testing';
import { get, kubectl } from './cluster.js';
import { SYSTEM, report, underLoad, untilAvailable } from './release.js';

interface SecretView {
  data: Record<string, string>;
}

async function serialOf(secret: string): Promise<string> {
  const { data } = await get<SecretView>('secret', secret, '--namespace', SYSTEM);
  return new X509Certificate(Buffer.from(data['tls.crt'] ?? '', 'base64')).serialNumber;
}

/** In `distributed` no process of the platform renews certificates: a CronJob does, whose next run is started here. */
export function renewsCertificates(): void {
  it('makes a certificate anew that is lost, by the CronJob, under load', async () => {
    const secret = 'tidegate-tls-gateway';
    const before = await serialOf(secret);
    const load = await underLoad(async () => {
      await kubectl('delete', 'secret', secret, '--namespace', SYSTEM);
      await kubectl('create', 'job', 'tidegate-journey-renewal', '--from=cronjob/tidegate-certificates', '--namespace', SYSTEM);
      await kubectl('wait', 'job/tidegate-journey-renewal', '--namespace', SYSTEM, '--for=condition=Complete', '--timeout=120s');
      const after = await waitFor('the certificate', () => serialOf(secret));
      expect(after).not.toBe(before);
      // Proxies that start now show the new one, and are answered.
      await kubectl('rollout', 'restart', 'deployments', '--selector=mesh.tidegate.dev/proxy', '--namespace', SYSTEM);
      await untilAvailable();
    });
    report('certificate of the proxies made anew', load);
    expect(load.failed).toEqual([]);
    await kubectl('delete', 'job', 'tidegate-journey-renewal', '--namespace', SYSTEM);
  });
}
