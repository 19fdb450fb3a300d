import { readFileSync } from 'node:fs';
import { createLogger, readConfig, toUserText } from '@tidegate/kernel';
import { connect } from '@tidegate/kube';
import { settleCertificates } from '@tidegate/mesh-ca';
import { installKinds } from '../install/install-kinds.js';
import { installServing } from '../install/install-serving.js';
import { wantedLeaves } from './components.js';
import { CertificatesConfig } from './config.js';
import { ensureSignInToken } from './sign-in-token.js';

/** `node certificates.js CONFIG.json`: before each install and upgrade (kinds, certificates, Knative's settings), and as often as certificates are looked at. */
async function main(file: string): Promise<void> {
  const config = readConfig(CertificatesConfig, JSON.parse(readFileSync(file, 'utf8')), file);
  const log = createLogger('certificates', config.logLevel);
  const { namespace, install } = config;
  const client = await connect({ kubeconfigPath: config.kubeconfig });
  await settleCertificates({
    client,
    namespace,
    wanted: wantedLeaves(config.components, namespace),
    now: () => Date.now(),
    done: (action) => log.info(action, 'certificates changed'),
  });
  await ensureSignInToken(client, namespace);
  if (!install) return;
  await installKinds(client, 'keepForeign');
  log.info('the kinds are installed');
  if (!install.knative) return;
  const data: Record<string, Record<string, string>> = install.domain === undefined ? {} : { 'config-domain': { [install.domain]: '' } };
  await installServing(client, { fieldManager: 'tidegate-install', data });
  log.info('the settings of Knative Serving are there');
}

main(process.argv[2] ?? '/etc/tidegate/config.json').catch((error: unknown) => {
  process.stderr.write(`${toUserText(error)}\n`);
  process.exit(1);
});
